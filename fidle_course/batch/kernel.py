"""Kernels that nobody else can be mixed up with: they talk through files in a private folder, not through ports.

Jupyter picks free TCP ports and hands them to the new kernel, which takes them a second later. Notebooks that
start side by side, as those of a batch do, now and then pick the same one, and a kernel dies of it ("Address
already in use"). Sockets in a folder of one's own cannot clash, nor be reached by another user of the machine.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 80  # the address of a Unix socket has at most 107 bytes, of which ours needs some


@contextmanager
def private_kernel() -> Iterator:
    """Yield the traitlets configuration for the manager of one kernel; its sockets are gone at the end.

    Example:
        `with private_kernel() as config: manager = KernelManager(kernel_name="python3", config=config)`
    """
    from traitlets.config import Config

    place = tempfile.gettempdir()
    with tempfile.TemporaryDirectory(prefix="fidle-", dir=place if len(place.encode()) < _LONGEST else "/tmp") as own:
        yield Config({"KernelManager": {"transport": "ipc", "ip": f"{own}/kernel"}})
