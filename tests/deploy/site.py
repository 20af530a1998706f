"""The site of deploy/compose.yaml without containers: its files, its commands, other ports."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bank.databases import Server as Database
from tests.bank.databases import running_server
from tests.deploy.recipe import DEPLOY, PROCESSES, copy_image, example, image, mounts, services
from tests.ports import free_port

START_SECONDS = 180
# What a host would write into .env; few wrong codes, so that the test of the limit is short.
VARIABLES = example() | {"POSTGRES_PASSWORD": "abc", "MAX_WRONG_CODES": "10"}
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def nginx_program() -> str:
    """The path of nginx."""
    for found in (os.environ.get("NGINX"), shutil.which("nginx"), "/usr/sbin/nginx"):
        if found and Path(found).exists():
            return found
    raise AssertionError("These tests need nginx: sudo apt-get install nginx-light")


class Site:
    """Processes by the names of their services, and nginx.

    Parameters
    ----------
    folder : for everything that is written; other users may look into it.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.said = services("compose.yaml", VARIABLES)
        self.ports = {name: free_port() for name in PROCESSES}
        self.port, self.tls_port, self.redirect_port = free_port(), free_port(), free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._database = database
        owner = self.said["database"]["environment"]["POSTGRES_USER"]
        database.run(f"CREATE ROLE {owner} LOGIN")
        database.run(f"CREATE DATABASE {self.said['database']['environment']['POSTGRES_DB']}")
        database.run(f"ALTER DATABASE lab OWNER TO {owner}")
        copy_image(folder / "image")

    @property
    def address(self) -> str:
        """The DATABASE_URL that the processes are given."""
        told: str = self.environment("app1")["DATABASE_URL"]
        return told

    def _local(self, service: str, word: str) -> str:
        """A word of a command as this machine needs it: its own ports and programs."""
        port = "8501" if service.startswith("app") else "8502"
        word = word.replace("0.0.0.0", "127.0.0.1")
        return re.sub(rf"\b{port}\b", str(self.ports[service]), word)

    def command(self, service: str) -> list[str]:
        """A service's command."""
        return [self._local(service, word) for word in self.said[service]["command"]]

    def environment(self, service: str) -> dict[str, str]:
        """A service's environment: the image's, .env's and its own, and nothing of this machine."""
        assert self.said[service]["env_file"] == ".env"
        told = {**image().environment, **VARIABLES, **self.said[service]["environment"]}
        host = f"@/lab?host={self._database.folder}"
        told["DATABASE_URL"] = told["DATABASE_URL"].replace("@database/lab", host)
        address = self.said["nginx"]["networks"]["default"]["ipv4_address"]
        told["FORWARDED_ALLOW_IPS"] = told["FORWARDED_ALLOW_IPS"].replace(address, "127.0.0.1")
        inside = told["PATH"].replace("/opt/venv", sys.prefix)
        return told | {"PATH": inside.replace("$PATH", os.environ["PATH"]), "HOME": "/nonexistent"}

    def start(self, service: str) -> None:
        """Start a process as its service says; `wait` for it afterwards."""
        environment = self.environment(service)
        command = self.command(service)
        program = shutil.which(command[0], path=environment["PATH"])
        assert program is not None, command[0]
        with (self.folder / f"{service}.log").open("ab") as log:
            self.running[service] = subprocess.Popen(
                [program, *command[1:]],
                cwd=self.folder / "image",
                env=environment,
                stdout=log,
                stderr=log,
            )

    def is_healthy(self, service: str) -> bool:
        """What the service's own health check says."""
        kind, program, *rest = self.said[service]["healthcheck"]["test"]
        assert (kind, program) == ("CMD", "python")
        words = [self._local(service, word) for word in rest]
        done = subprocess.run([sys.executable, *words], capture_output=True, timeout=30)
        return done.returncode == 0

    def wait(self, service: str) -> None:
        """Wait until a process is healthy."""
        end = time.monotonic() + START_SECONDS
        while not self.is_healthy(service):
            alive = self.running[service].poll() is None and time.monotonic() < end
            assert alive, self.log(service)
            time.sleep(0.5)

    def log(self, service: str) -> str:
        """What a process has printed."""
        return (self.folder / f"{service}.log").read_text(encoding="utf-8", errors="replace")

    def stop(self, service: str) -> float:
        """Stop a process as a host would; how long it took, in seconds."""
        begun = time.monotonic()
        self.running[service].send_signal(signal.SIGTERM)
        self.running[service].wait(timeout=30)
        return time.monotonic() - begun

    def start_nginx(self, name: str, service: Mapping[str, Any], ports: Mapping[int, int]) -> None:
        """Start nginx with the files that its service mounts.

        Parameters
        ----------
        ports : for each port it listens on in its container, one of this machine.
        """
        home = self.folder / name
        for target, source in mounts(service).items():
            place = home / target.lstrip("/")
            if target.startswith("/etc/nginx"):
                place.parent.mkdir(parents=True, exist_ok=True)
                origin = DEPLOY / source
                (shutil.copytree if origin.is_dir() else shutil.copy)(origin, place)
        for folder in ("var/cache", "var/log/nginx", "temporary"):
            (home / folder).mkdir(parents=True, exist_ok=True)
        settings = home / "etc" / "nginx"
        for file in settings.rglob("*.conf"):
            file.write_text(self._moved(file.read_text(encoding="utf-8"), home, ports))
        # Where Debian's nginx would write, only root may.
        lines = (f"{kind}_temp_path {home}/temporary/{kind};" for kind in TEMPORARY)
        (settings / "conf.d" / "temporary.conf").write_text("\n".join(lines))
        log = home / "var/log/nginx/error.log"
        command = [nginx_program(), "-c", str(settings / "nginx.conf"), "-e", str(log)]
        command += ["-g", f"daemon off; pid {home}/nginx.pid;"]
        with (self.folder / f"{name}.log").open("ab") as output:
            self.running[name] = subprocess.Popen(command, stdout=output, stderr=output)

    def _moved(self, text: str, home: Path, ports: Mapping[int, int]) -> str:
        """Move a file of nginx to this machine: folders, listening ports, the processes' names."""
        text = text.replace(" /var/", f" {home}/var/")
        text = text.replace(" /etc/lme-lab/", f" {home}/etc/lme-lab/")
        text = re.sub(r"listen \[::\]:.*\n", "", text)
        for inside, outside in ports.items():
            text = re.sub(rf"listen {inside}\b", f"listen 127.0.0.1:{outside}", text)
        for service, port in self.ports.items():
            text = re.sub(rf"\b{service}:\d+", f"127.0.0.1:{port}", text)
        return text

    def requests(self) -> list[str]:
        """The lines of nginx's log of requests."""
        return (self.folder / "nginx/var/log/nginx/access.log").read_text().splitlines()


def certificate(folder: Path) -> None:
    """Make a certificate for this test only, where tls.conf wants one."""
    folder.mkdir(parents=True)
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "1", "-subj", "/CN=localhost"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


@contextmanager
def running_site() -> Iterator[Site]:
    """The whole site, with encryption on a port of its own; everything is stopped afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="site-"))
    # nginx's workers are another user, and pytest's own folders are closed to others.
    folder.chmod(0o755)
    site = None
    try:
        with running_server() as database:
            site = Site(folder, database)
            for service in PROCESSES:
                site.start(service)
            site.start_nginx("nginx", site.said["nginx"], {80: site.port})
            certificate(folder / "tls" / "etc/lme-lab/certificate")
            secure = services("compose.tls.yaml", VARIABLES)["nginx"]
            # Later mounts take the place of earlier ones, as in `docker compose -f … -f …`.
            both = {"volumes": [*site.said["nginx"]["volumes"], *secure["volumes"]]}
            site.start_nginx("tls", both, {80: site.redirect_port, 443: site.tls_port})
            for service in PROCESSES:
                site.wait(service)
            yield site
            _end(site)
    finally:
        if site is not None:
            _end(site)
        shutil.rmtree(folder, ignore_errors=True)


def _end(site: Site) -> None:
    for process in site.running.values():
        if process.poll() is None:
            process.terminate()
    for process in site.running.values():
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
