#!/opt/venv/bin/python
"""Does the server answer on /api? Exit code 0 if it does. Its address is read from what it wrote at its start."""

import json
import os
import sys
import urllib.request
from pathlib import Path

found = sorted(Path(os.environ["JUPYTER_RUNTIME_DIR"]).glob("jpserver-*.json"), key=lambda p: p.stat().st_mtime)
if not found:
    sys.exit("no Jupyter server has started in this container")
server = json.loads(found[-1].read_text())
host = server["hostname"] if server["hostname"] not in ("", "0.0.0.0", "::") else "127.0.0.1"
with urllib.request.urlopen(f"http://{host}:{server['port']}{server['base_url']}api", timeout=5) as answer:
    print(f"Jupyter Server {json.load(answer)['version']} answers on port {server['port']}")
