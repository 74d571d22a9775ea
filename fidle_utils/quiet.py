"""TensorFlow greets every notebook with lines for its own developers; this keeps them out of the lesson.

They are written by C++ code straight to the process's error stream, and TF_CPP_MIN_LOG_LEVEL does not reach
them all. What a failing import wrote is shown.
"""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder


@contextmanager
def quiet_errors() -> Iterator[None]:
    """Hold back what is written to file descriptor 2; show it if the block raises."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        kept = os.dup(2)
        try:
            os.dup2(held.fileno(), 2)
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


class _QuietFinder:
    """Finds TensorFlow as usual, and makes its import quiet; to look it up is not to import it."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "tensorflow":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            execute = spec.loader.exec_module

            def exec_module(module):
                sys.meta_path.remove(cls)
                with quiet_errors():
                    execute(module)

            spec.loader.exec_module = exec_module
        return spec


def _not_about_retracing(record: logging.LogRecord) -> bool:
    """Each new network is traced once: who tries an exercise five times would be told that this is slow."""
    return "triggered tf.function retracing" not in record.getMessage()


def quiet_tensorflow() -> None:
    """Make the first import of TensorFlow quiet, if it is still to come, and keep its advice on tracing out.

    Its other warnings are shown.
    """
    logging.getLogger("tensorflow").addFilter(_not_about_retracing)  # once, however often it is called
    if "tensorflow" not in sys.modules and _QuietFinder not in sys.meta_path:
        sys.meta_path.insert(0, _QuietFinder)
