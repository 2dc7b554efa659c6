"""A file of facts that a clerk uploads: looked through, then imported by a worker."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.choices import FactFileState, Kind
from billing.fact_files.taking import FOLDER, file_import, file_take, file_work
from billing.models import Bill, FactFile
from console.roles import Role
from tests.billing.test_import_facts import BILLS
from tests.factories import make_customer, make_staff
from tests.processes import Workers
from tests.wire import wait_for

pytestmark = pytest.mark.django_db
PAGE = "console:fact_files"


@pytest.fixture(autouse=True)
def members(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("transactional_db" if "workers" in request.fixturenames else "db")
    make_customer(number="162033")
    make_customer(number="162044")
    yield
    for path in _stored():
        path.unlink()


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(make_staff(Role.ADMINISTRATOR))
    return client


def _stored() -> list[Path]:
    return sorted(Path(default_storage.path(FOLDER)).glob("*"))


def _upload(client: Client, text: str = BILLS, kind: str = "bill") -> FactFile:
    file = io.BytesIO(text.encode())
    file.name = "November bills.csv"
    answer = client.post(reverse(PAGE), {"kind": kind, "file": file})
    found = FactFile.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("console:fact_file", args=[found.pk])
    return found


def _html(client: Client, file: FactFile, name: str = "fact_file") -> str:
    return client.get(reverse(f"console:{name}", args=[file.pk])).content.decode()


def test_a_file_is_looked_through_then_imported_then_gone(clerk: Client) -> None:
    file = _upload(clerk)
    assert "every 1s" in _html(clerk, file)
    file_work(file.pk)
    html = _html(clerk, file)
    assert "What would come of it" in html
    assert "Import 2 facts" in html
    assert "There is no 29 February in 2027." in html
    assert "every 1s" not in html
    assert not Bill.objects.exists()
    assert len(_stored()) == 1
    answer = clerk.post(reverse("console:fact_file_import", args=[file.pk]))
    assert answer.status_code == 302
    assert "Being imported" in _html(clerk, file, "fact_file_progress")
    file_work(file.pk)
    file.refresh_from_db()
    assert file.state == FactFileState.DONE
    assert Bill.objects.count() == 2
    assert _stored() == []
    done = _html(clerk, file)
    assert "What came of it" in done
    assert "Import 2 facts" not in done
    # What is done is neither done again nor discarded.
    clerk.post(reverse("console:fact_file_import", args=[file.pk]))
    clerk.post(reverse("console:fact_file_discard", args=[file.pk]))
    file.refresh_from_db()
    assert file.state == FactFileState.DONE
    assert "November bills.csv" in clerk.get(reverse(PAGE)).content.decode()


def test_another_cooperatives_headings_are_refused_in_words_and_the_file_is_not_kept(
    clerk: Client,
) -> None:
    file = _upload(clerk, "Pet,Age\nRex,3\n")
    file_work(file.pk)
    html = _html(clerk, file)
    assert "This is not a file of the kind bill" in html
    assert "The file has: Pet, Age." in html
    assert _stored() == []
    clerk.cookies["django_language"] = "es"
    assert "Este archivo no es del tipo «factura»" in _html(clerk, file)
    clerk.post(reverse("console:fact_file_discard", args=[file.pk]))
    assert not FactFile.objects.exists()


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("bill", b"", "This file is empty"),
        ("", b"a,b\n", "This field is required."),
        ("pets", b"a,b\n", "Select a valid choice"),
    ],
)
def test_what_is_no_upload_is_refused_in_words(
    clerk: Client, kind: str, content: bytes, words: str
) -> None:
    file = SimpleUploadedFile("bills.csv", content)
    answer = clerk.post(reverse(PAGE), {"kind": kind, "file": file})
    assert words in answer.content.decode()
    assert not FactFile.objects.exists()
    assert _stored() == []


def test_without_a_file_and_with_one_that_is_too_large(
    clerk: Client, settings: pytest.FixtureRequest
) -> None:
    assert "Choose a file." in clerk.post(reverse(PAGE), {"kind": "bill"}).content.decode()
    settings.UPN_MAX_FILE_BYTES = 1024 * 1024  # type: ignore[attr-defined]
    large = SimpleUploadedFile("bills.csv", b"x" * (1024 * 1024 + 1))
    answer = clerk.post(reverse(PAGE), {"kind": "bill", "file": large})
    assert "larger than 1 MB" in answer.content.decode()
    assert not FactFile.objects.exists()


def test_a_file_whose_worker_was_lost_is_taken_up_again_and_says_so(clerk: Client) -> None:
    file = _upload(clerk)
    file_work(file.pk)
    assert file_import(file=file, by=None) is True
    FactFile.objects.update(attempts=1, changed_at=timezone.now() - timedelta(minutes=5))
    file_work(file.pk)
    file.refresh_from_db()
    assert file.state == FactFileState.DONE
    assert "The import was interrupted and begun again." in _html(clerk, file)


def test_discarding_deletes_the_file(clerk: Client) -> None:
    file = _upload(clerk)
    file_work(file.pk)
    clerk.post(reverse("console:fact_file_discard", args=[file.pk]))
    assert not FactFile.objects.exists()
    # On the commit, which a test's transaction does not reach.
    for hook in connection.run_on_commit:
        hook[1]()
    assert _stored() == []


def test_only_those_who_may_import_see_the_page(client: Client) -> None:
    client.force_login(make_staff(Role.COMMUNICATOR))
    assert client.get(reverse(PAGE)).status_code == 403


@pytest.mark.timeout(300)
def test_a_worker_does_both_while_the_page_is_looked_at(workers: Workers) -> None:
    workers.start("work")
    file = file_take(
        kind=Kind.BILL, upload=SimpleUploadedFile("bills.csv", BILLS.encode()), by=None
    )
    wait_for(lambda: _state(file) == "checked", seconds=60, what="the dry run")
    assert file_import(file=file, by=None) is True
    wait_for(lambda: _state(file) == "done", seconds=60, what="the import")
    assert Bill.objects.count() == 2


def _state(file: FactFile) -> str:
    return FactFile.objects.values_list("state", flat=True).get(pk=file.pk)
