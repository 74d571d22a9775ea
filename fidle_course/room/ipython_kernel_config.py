"""Where a notebook's kernel starts: what C++ code writes goes to the server's log, not into the lesson.

Copied to `<environment>/etc/ipython/` by `make`, the image and a key. Python's own warnings and errors are shown.
"""

c = get_config()  # noqa: F821  IPython gives it
c.IPKernelApp.capture_fd_output = False
