"""What reading deploy/ tells: files that are there, users, secrets, the same commands."""

import os
import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from quizzes.settings import as_markdown
from tests.deploy.recipe import (
    DEPLOY,
    PROCESSES,
    ROOT,
    example,
    filled,
    image,
    instructions,
    mounts,
    services,
)

SECRET = {"POSTGRES_PASSWORD": "abc"}
COMPOSE = ("compose.yaml", "compose.tls.yaml")
UNITS = {"lme-lab-app@.service": "app1", "lme-lab-phones@.service": "phone1"}


def test_every_copied_file_is_there_and_sent_to_the_build() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    sent = [line[1:] for line in lines if line.startswith("!")]
    assert "*" in lines
    wanted = {
        source
        for word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from=")
        for source in rest.split()[:-1]
    }
    for source in wanted:
        assert (ROOT / source).exists(), source
        assert any(fnmatch(path, f"{source}*") for path in sent), source
    assert {path.partition("/")[0] for path in sent} == wanted


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert image().user not in ("root", "0")
    made = [rest for word, rest in instructions() if word == "RUN" and "useradd" in rest]
    assert any(rest.split("&&")[0].split()[-1] == image().user for rest in made)


def test_the_image_by_itself_is_the_app_of_the_compose_file() -> None:
    app = services("compose.yaml", SECRET)["app1"]
    assert list(image().command) == app["command"]
    assert image().health[0] == "python"
    assert "127.0.0.1:8501/healthz" in image().health[-1]


def test_a_password_must_be_set_and_none_is_given_away() -> None:
    read = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    with pytest.raises(KeyError, match="POSTGRES_PASSWORD"):
        filled(read, example())
    assert {name: value for name, value in example().items() if value} == {}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert ".env" in ignored


def test_services_mount_what_is_there_and_publish_nginx_only() -> None:
    for name in COMPOSE:
        for service, said in services(name, SECRET).items():
            if service == "nginx":
                ours = [source for source in mounts(said).values() if source.startswith("./")]
                assert [source for source in ours if not (DEPLOY / source).exists()] == []
                assert said["ports"]
            else:
                assert "ports" not in said, service


def test_processes_may_write_nowhere_and_are_not_privileged() -> None:
    for service in PROCESSES:
        said = services("compose.yaml", SECRET)[service]
        assert said["read_only"] is True
        assert said["cap_drop"] == ["ALL"]
        assert said["security_opt"] == ["no-new-privileges:true"]
        assert said["depends_on"]["database"]["condition"] == "service_healthy"
        assert said["environment"]["DATABASE_URL"] == "postgresql://lab:abc@database/lab"


def test_nginx_knows_the_services_by_their_names_and_addresses() -> None:
    said = services("compose.yaml", SECRET)
    text = (DEPLOY / "nginx" / "upstreams-containers.conf").read_text(encoding="utf-8")
    found = dict(re.findall(r"server (\w+):(\d+)", text))
    assert set(found) == set(PROCESSES)
    for service, port in found.items():
        assert port in said[service]["command"]
    nginx = said["nginx"]["networks"]["default"]["ipv4_address"]
    assert {said[service]["environment"]["FORWARDED_ALLOW_IPS"] for service in PROCESSES} == {nginx}


def test_units_start_what_the_containers_start() -> None:
    said = services("compose.yaml", SECRET)
    for name, service in UNITS.items():
        unit = (DEPLOY / "systemd" / name).read_text(encoding="utf-8").replace("\\\n", " ")
        started = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)
        assert started is not None
        words = [Path(word).name if word.startswith("/") else word for word in started[1].split()]
        here = {"0.0.0.0": "127.0.0.1", "8501": "%i", "8502": "%i"}
        assert words == [here.get(word, word) for word in said[service]["command"]]


def test_the_manual_starts_the_ports_that_nginx_asks() -> None:
    text = (DEPLOY / "nginx" / "upstreams-services.conf").read_text(encoding="utf-8")
    ports = set(re.findall(r"server 127\.0\.0\.1:(\d+)", text))
    manual = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"lme-lab-(?:app|phones)@(\d+)", manual)) == ports


def test_the_manual_has_all_settings() -> None:
    assert as_markdown() in (DEPLOY / "README.md").read_text(encoding="utf-8")


def test_the_manual_names_files_that_are_there() -> None:
    manual = (DEPLOY / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bdeploy/[\w./@-]*[\w/]", manual)) - {"deploy/.env"}
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_docker_itself_reads_the_compose_files(tmp_path: Path) -> None:
    if (
        not shutil.which("docker")
        or subprocess.run(
            ["docker", "compose", "version"], capture_output=True, timeout=60
        ).returncode
    ):
        pytest.skip("there is no `docker compose` on this machine")
    folder = shutil.copytree(DEPLOY, tmp_path / "deploy")
    command = ["docker", "compose"]
    for name in COMPOSE:
        command += ["-f", str(folder / name)]
    without = {k: v for k, v in os.environ.items() if k not in example()}
    (folder / ".env").write_text((DEPLOY / "example.env").read_text(encoding="utf-8"))
    refused = subprocess.run(
        [*command, "config"], capture_output=True, text=True, env=without, timeout=60
    )
    assert refused.returncode != 0
    assert "Set POSTGRES_PASSWORD in deploy/.env" in refused.stderr
    filled_in = subprocess.run(
        [*command, "config", "--quiet"], capture_output=True, env=without | SECRET, timeout=60
    )
    assert filled_in.returncode == 0, filled_in.stderr


def test_systemd_itself_reads_the_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no `systemd-analyze` on this machine")
    for file in (DEPLOY / "systemd").iterdir():
        text = file.read_text(encoding="utf-8")
        # It looks for the programs, too.
        (tmp_path / file.name).write_text(
            re.sub(r"/opt/lme-lab/\.venv/bin/\w+", shutil.which("true") or "", text)
        )
    files = [str(tmp_path / name) for name in sorted(os.listdir(tmp_path))]
    done = subprocess.run(
        ["systemd-analyze", "verify", *files], capture_output=True, text=True, timeout=60
    )
    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "lme-lab" in line]
    assert (done.returncode, ours) == (0, [])
