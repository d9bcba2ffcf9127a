"""A Neo4j in a container, for the tests, where a Docker engine answers."""

from __future__ import annotations

import secrets
import time
from typing import Any

from graphmem.service.local_neo4j import CURRENT, bolt
from graphmem.service.local_neo4j.configuration import JVM, shipped_settings

IMAGES = {"2026": f"neo4j:{CURRENT}", "5.26": "neo4j:5.26"}
BOLT_PORT = 7687
READY_SECONDS = 120.0
IMAGE_OWN = {JVM, "dbms.security.procedures.unrestricted", "server.directories.import"}
"""Settings of ours that the environment cannot say (many values, or none), or that the image sets itself."""


def docker_answers() -> bool:
    """Whether there is a Docker engine and the package that starts containers."""
    try:
        import testcontainers.core.container  # noqa: F401

        import docker
    except ImportError:
        return False
    try:
        client = docker.from_env(timeout=5)
        client.ping()
        client.close()
    except (docker.errors.DockerException, OSError):
        return False
    return True


class Container:
    """One server in a container, with the settings of docker/neo4j.conf; Bolt is at `port`, also after a restart."""

    def __init__(self, which: str, port: int) -> None:
        self._image, self._port = IMAGES[which], port
        self._password = secrets.token_urlsafe(16)
        self._host = "127.0.0.1"
        self._container: Any = None

    def start(self) -> tuple[str, str]:
        """Start it and wait until it answers; its URI and password. Raises OSError when it cannot be had."""
        from docker.errors import DockerException
        from testcontainers.core.container import DockerContainer

        try:
            self._container = DockerContainer(self._image).with_bind_ports(BOLT_PORT, self._port)
            self._container.with_env("NEO4J_AUTH", f"neo4j/{self._password}")
            for name, value in shipped_settings():
                if name not in IMAGE_OWN:
                    self._container.with_env(variable(name), value)
            self._container.start()
        except DockerException as error:
            raise OSError(f"{self._image}: {error}") from error
        self._host = self._container.get_container_host_ip()
        self._wait()
        return f"bolt://{self._host}:{self._port}", self._password

    def kill(self) -> None:
        """SIGKILL the server."""
        self._container.get_wrapped_container().kill()

    def restart(self) -> None:
        """Start it again on its data, and wait until it answers."""
        self._container.get_wrapped_container().start()
        self._wait()

    def stop(self) -> None:
        """Take the container away."""
        if self._container is not None:
            self._container.stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while bolt.ask(self._host, self._port, "neo4j", self._password) != bolt.Answer.READY:
            if time.monotonic() > deadline:
                raise OSError(f"{self._image} does not answer after {READY_SECONDS:g} s")
            time.sleep(0.2)


def variable(setting: str) -> str:
    """The environment variable by which the image takes a setting: NEO4J_, dots as _, underscores doubled."""
    return "NEO4J_" + setting.replace("_", "__").replace(".", "_")
