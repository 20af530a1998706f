"""The servers under load, as `make run` and a larger site start them; all on this machine."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

Started = AbstractContextManager[subprocess.Popen[bytes]]
ROOT = Path(__file__).resolve().parents[2]
NGINX = """
worker_processes 1;
worker_rlimit_nofile 65000;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
daemon off;
events {{ worker_connections 32000; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 100000;
    upstream phones {{ {servers} keepalive 64; }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{
            proxy_pass http://phones;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_buffering off;
            proxy_read_timeout 60s;
        }}
    }}
}}
"""


def answers(url: str) -> bool:
    """Whether a server is there."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 90
    while not answers(url):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{url} does not answer:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)


@contextmanager
def started(
    command: Sequence[str], url: str, log: Path, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that is stopped afterwards, whatever happens."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env=os.environ | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(url, process, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def phone_server(port: int, database: str, folder: Path) -> Started:
    """The phones' process as `make run` starts it."""
    command = [sys.executable, "-m", "pages.classroom.phone"]
    command += ["--host", "localhost", "--port", str(port)]
    log = folder / f"phone-{port}.log"
    return started(command, f"http://localhost:{port}/healthz", log, DATABASE_URL=database)


def app_server(port: int, database: str, folder: Path) -> Started:
    """The Streamlit process as `make run` starts it."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.fileWatcherType=none"]
    command += ["--server.address", "localhost", "--server.port", str(port)]
    url = f"http://localhost:{port}/_stcore/health"
    more = {"DATABASE_URL": database, "OPENBLAS_NUM_THREADS": "1"}
    return started(command, url, folder / "app.log", **more)


def proxy(port: int, servers: Sequence[int], folder: Path) -> Started:
    """Nginx in front of several phone processes."""
    program = os.environ.get("NGINX") or shutil.which("nginx")
    if program is None:
        raise RuntimeError("The load test needs nginx: sudo apt-get install nginx-light")
    lines = " ".join(f"server 127.0.0.1:{server};" for server in servers)
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, port=port, servers=lines))
    command = [program, "-c", str(settings), "-e", str(folder / "nginx.log")]
    return started(command, f"http://localhost:{port}/p/", folder / "nginx.out")


def memory(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Most memory a process has used in MB, and its processor seconds."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    times = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    seconds = (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
    return int(line.split()[1]) / 1024, seconds
