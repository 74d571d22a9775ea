"""`python -m fidle_course` is the command `fidle`."""

import sys

from fidle_course.cli import main

sys.exit(main())
