"""JupyterLab in a real browser, for tests: a server on loopback with a token, a page, a notebook run to its end."""

import contextlib
import json
import os
import random
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
# Finished: idle, nothing waiting ("[*]"), something run ("[1]"), or a dialog that nobody expected. A failing cell
# ends here too: whether it failed is read from the saved file.
STATE = r"""() => {
  const p = document.querySelector('.jp-NotebookPanel');
  const prompts = [...p.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')].map(e => e.textContent.trim());
  return {dialog: document.querySelector('.jp-Dialog')?.innerText || '',
          idle: p.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle',
          waiting: prompts.some(t => t.includes('*')), ran: prompts.some(t => /\d/.test(t))}}"""
DONE = f"() => {{ const s = ({STATE})(); return s.dialog || (s.idle && !s.waiting && s.ran) }}"
READY = r"""() => [...document.querySelectorAll('.jp-StatusBar-TextItem')].some(
  e => /\| Idle$/.test(e.textContent.trim()))"""


def chromium():
    """The browser's path; the test skips, saying so, where there is none."""
    pytest.importorskip("playwright")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        pytest.skip("SKIPPED LOUDLY: no Chromium here. On Debian: apt install chromium")
    return path


def free_port() -> int:
    """A free port below those that the system hands out itself: none of its connections takes it meanwhile."""
    for port in random.SystemRandom().sample(range(20_000, 30_000), 100):
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


@contextmanager
def jupyter(folder: Path, **environment):
    """JupyterLab serving `folder` on loopback; gives `(address, token)`."""
    port = free_port()
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--allow-root"]
    env = {**os.environ, "JUPYTER_TOKEN": token, "JUPYTER_PREFER_ENV_PATH": "1", **environment}
    log = open(folder / "jupyter.log", "w")  # noqa: SIM115
    server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api")
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, (folder / "jupyter.log").read_text()
                time.sleep(0.5)
        yield address, token
    finally:
        server.terminate()
        server.wait(30)
        log.close()


@contextmanager
def browser(tmp_path: Path, **options):
    """A page of a fresh headless Chromium."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    options.setdefault("viewport", {"width": 1400, "height": 1000})
    with sync_playwright() as p:
        context = p.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=path, headless=True, args=FLAGS, **options
        )
        try:
            yield context.pages[0]
        finally:
            context.close()


def open_notebook(page, address, token, path):
    """Open a notebook alone in the window and wait for its kernel."""
    page.goto(f"{address}/doc/tree/{path}?token={token}&reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=120_000)
    # the toolbar says idle before a kernel exists; the status bar does not
    page.wait_for_function(READY, timeout=120_000)


def run_all(page, address, token, path, *, seconds=600):
    """Run All Cells through the menu, save, and return the notebook as the server has it."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(DONE, timeout=seconds * 1000, polling=250)
    assert not page.evaluate(STATE)["dialog"], page.evaluate(STATE)["dialog"]
    with page.expect_response(lambda r: r.request.method == "PUT" and "/api/contents/" in r.url):
        page.keyboard.press("Control+s")
    return json.loads(page.request.get(f"{address}/api/contents/{path}?token={token}").text())["content"]


def problems(notebook):
    """Errors, cells that did not run, and what went to the error stream."""
    code = [c for c in notebook["cells"] if c["cell_type"] == "code" and "".join(c["source"]).strip()]
    outputs = [o for c in code for o in c["outputs"]]
    found = [f"{o['ename']}: {o['evalue']}" for o in outputs if o["output_type"] == "error"]
    found += [f"not run: {''.join(c['source'])[:60]}" for c in code if c["execution_count"] is None]
    return found + [f"stderr: {line}" for line in said_on_the_error_stream(outputs)]


def said_on_the_error_stream(outputs):
    """Lines of the outputs of cells that went to the error stream and are the course's own.

    TensorFlow's C++ parts speak of the processor as they please, from wherever they are first used: "E0000 … oneDNN
    supports … only on …". Those lines are left out.
    """
    said = [line for o in outputs if o.get("name") == "stderr" for line in "".join(o["text"]).splitlines()]
    return [line for line in said if line and not re.match(r"[IWE]0000 |WARNING: All log messages", line)]


def serious_violations(page, axe):
    """What axe-core finds wrong in a page with everything unfolded: `(page, rule, places)` for each serious thing."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.add_script_tag(path=str(axe))
    script = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    serious = [v for v in page.evaluate(script) if v["impact"] in ("serious", "critical")]
    return [(page.url.split("/")[-1], v["id"], [n["html"][:120] for n in v["nodes"]]) for v in serious]


def scrolls_sideways(page):
    """Whether a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


PLAY = """i => { const c = document.querySelector(`.jp-Notebook .jp-Cell[data-windowed-list-index='${i}']`);
  if (c) c.scrollIntoView(); return !!c }"""


def played(page, notebook):
    """The cell of the notebook's first `run.play`, scrolled to: JupyterLab draws what is near the window."""
    index = next(i for i, c in enumerate(notebook["cells"]) if "run.play(" in "".join(c["source"]))
    page.wait_for_function(PLAY, arg=index, timeout=60_000)
    return page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{index}']")


def move_a_control(page, notebook, label, kind, typed=""):
    """Move the control with that label under the notebook's first `run.play`; what stood there before and after."""
    cell = played(page, notebook)
    box = cell.locator(".widget-vbox").first
    box.scroll_into_view_if_needed(timeout=60_000)
    picture = cell.locator(".jp-RenderedHTMLCommon").last
    before = picture.inner_html()
    field = box.locator(f".jupyter-widgets:has(> label:has-text('{label}'))").first
    if kind == "slider":
        field.locator(".noUi-handle").first.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
    elif kind == "choice":
        select = field.locator("select")
        now = select.evaluate("s => s.selectedIndex")
        select.select_option(index=(now + 1) % select.locator("option").count())
    else:
        place = field.locator("input, textarea").first
        place.fill(typed)
        place.press("Tab")
    after, still = before, 0
    for _ in range(600):
        page.wait_for_timeout(100)
        now = picture.inner_html()
        # five presses draw up to five pictures: the last one is there when nothing has changed for two seconds
        after, still = now, (still + 1 if now == after else 0)
        if after != before and still >= 20:
            return before, after
    raise AssertionError(f"the picture did not follow {label!r}")


def open_again_without_kernel(page, address, token, path):
    """Save, stop the kernel, and open the saved notebook as on the next day, without running anything."""
    with page.expect_response(lambda r: r.request.method == "PUT" and "/api/contents/" in r.url):
        page.keyboard.press("Control+s")
    headers = {"Authorization": f"token {token}"}
    page.goto("about:blank")
    for session in page.request.get(f"{address}/api/sessions", headers=headers).json():
        assert page.request.delete(f"{address}/api/sessions/{session['id']}", headers=headers).ok
    page.goto(f"{address}/doc/tree/{path}?token={token}&reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=120_000)
