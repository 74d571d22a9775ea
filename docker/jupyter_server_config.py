"""JupyterLab in the container: the course's working copy, a token always, nothing asked of the internet."""

import os
import warnings

c = get_config()  # noqa: F821  traitlets puts it there

# A container of Docker has a network of its own, and whoever starts it decides which of the host's addresses
# lead to it. Under Apptainer the network is the host's: stay on loopback there.
shared = bool(os.environ.get("APPTAINER_CONTAINER") or os.environ.get("SINGULARITY_CONTAINER"))
port = int(os.environ.get("JUPYTER_PORT") or 8888)

c.ServerApp.ip = os.environ.get("JUPYTER_IP") or ("127.0.0.1" if shared else "0.0.0.0")
c.ServerApp.port = port
c.ServerApp.port_retries = 50 if shared else 0
c.ServerApp.root_dir = os.environ.get("FIDLE_COURSE_DIR") or "/work"
c.ServerApp.open_browser = False
c.ServerApp.log_level = c.LabApp.log_level = "WARN"

# Without JUPYTER_TOKEN the server makes a token; docker/entrypoint.sh sets one and prints the address with it.
# Extensions that forget to ask for it (terminals and language servers do so themselves) are closed too; the
# server warns of each.
c.ServerApp.allow_unauthenticated_access = False
warnings.filterwarnings("ignore", "Extension endpoints without")

# a deleted notebook comes back from the originals at the next start: no bin that nobody sees
c.FileContentsManager.delete_to_trash = False

# a room may have no network: no news, no search for updates or extensions
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
