"""A Neo4j in a container, for the tests, where a Docker engine answers."""

from __future__ import annotations

import secrets
from typing import Any

from graphmem.service import local_neo4j
from graphmem.service.local_neo4j.configuration import ALL_TRANSACTIONS, JVM, shipped_settings

IMAGES = {"2026": f"neo4j:{local_neo4j.CURRENT}", "5.26": f"neo4j:{local_neo4j.LONG_TERM}"}
BOLT_PORT = 7687
STOP_SECONDS = 30
IMAGE_OWN = {JVM, ALL_TRANSACTIONS, "dbms.security.procedures.unrestricted", "server.directories.import"}
"""Settings of ours that the image has a value of its own for, or that would be empty in the environment."""


def docker_answers() -> bool:
    """Whether there is a Docker engine and the package that starts containers."""
    try:
        import testcontainers.neo4j  # noqa: F401

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
    """One server in a container, with the settings of docker/neo4j.conf."""

    def __init__(self, which: str) -> None:
        self.version = IMAGES[which].partition(":")[2]
        self._image = IMAGES[which]
        self._password = secrets.token_urlsafe(16)
        self._container: Any = None

    def start(self) -> tuple[str, str]:
        """Start it; its URI and password. The port is bound to one number, so that it outlives a restart."""
        from testcontainers.neo4j import Neo4jContainer

        from tests.support.neo4j_server import free_port

        container = Neo4jContainer(self._image, password=self._password).with_bind_ports(BOLT_PORT, free_port())
        for name, value in shipped_settings():
            if name not in IMAGE_OWN:
                container.with_env(variable(name), value)
        self._container = container.start()
        return self._container.get_connection_url(), self._password

    def kill(self) -> None:
        """SIGKILL the server."""
        self._container.get_wrapped_container().kill()

    def restart(self) -> None:
        """Start it again on its data, and wait until it answers."""
        self._container.get_wrapped_container().start()
        self._container._connect()

    def stop(self) -> None:
        """Take the container away."""
        if self._container is not None:
            self._container.stop()


def variable(setting: str) -> str:
    """The environment variable by which the image takes a setting: NEO4J_, dots as _, underscores doubled."""
    return "NEO4J_" + setting.replace("_", "__").replace(".", "_")
