"""The old name of `fidle_utils.datasets.synop.clean`, until the notebooks use the new one."""

from fidle_utils.datasets.synop.clean import *  # noqa: F403
