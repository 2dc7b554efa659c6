"""A dry run of a file of facts: the same report, and nothing changes."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing.choices import Kind
from billing.facts.from_file import import_facts
from billing.models import Bill, News, UsageRead
from billing.signals import facts_told
from delivery.models import Message
from tests.billing.test_import_facts import BILLS, everything, told, written
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def members() -> None:
    make_customer(number="162033")
    make_customer(number="162044")


def _reports(kind: Kind, path: Path | str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of the dry run, and of the import that follows."""
    before = everything()
    dry = import_facts(kind, path, is_dry_run=True)
    assert everything() == before
    assert not News.objects.exists()
    real = import_facts(kind, path)
    assert (dry.is_dry_run, real.is_dry_run) == (True, False)
    return (
        {**dry.as_json(), "dry_run": None},
        {**real.as_json(), "dry_run": None},
    )


def test_the_report_is_that_of_the_import_and_nothing_changes(tmp_path: Path) -> None:
    dry, real = _reports(Kind.BILL, written(tmp_path, BILLS))
    assert dry == real
    assert (dry["new"], dry["refused"]) == (2, 3)
    corrected = written(tmp_path, BILLS.replace("44.10", "45.10"), "corrected.csv")
    dry, real = _reports(Kind.BILL, corrected)
    assert dry == real
    assert (dry["changed"], dry["unchanged"]) == (1, 1)
    assert Bill.objects.get(fact_id="B-5").amount_cents == 4_510


def test_what_rows_say_about_each_other_counts_across_slices(tmp_path: Path) -> None:
    """An import commits some thousands at a time, and sees there what it made before."""
    lines = ["ID,Account,Day,kWh"]
    lines += [f"R-{n},162033-001,{_day(n)},{n % 50}" for n in range(10_050)]
    lines.append(f"R-other,162033-001,{_day(3)},7")  # another has this day
    lines.append(f"R-5,162033-001,{_day(5)},5")  # the same as a row far above
    lines.append(f"R-6,162033-001,{_day(6)},99")  # contradicts one
    lines.append("R-lost,999999-001,2026-01-01,1")
    dry, real = _reports(Kind.USAGE_READ, written(tmp_path, "\n".join(lines)))
    assert dry == real
    assert (dry["new"], dry["unchanged"], dry["refused"]) == (10_050, 1, 3)
    assert UsageRead.objects.count() == 10_050


def _day(number: int) -> str:
    return f"{1990 + number // 336}-{number % 336 // 28 + 1:02}-{number % 28 + 1:02}"


def test_nobody_hears_of_a_dry_run(tmp_path: Path) -> None:
    heard = []

    def hear(*, ids: list[int], **_more: Any) -> None:
        heard.append(ids)

    facts_told.connect(hear)
    import_facts(Kind.BILL, written(tmp_path, BILLS), is_dry_run=True)
    facts_told.disconnect(hear)
    assert heard == []
    assert not Message.objects.exists()


def test_the_command_says_that_it_was_one(tmp_path: Path) -> None:
    path = written(tmp_path, BILLS)
    code, said = told("bills", path, "--dry-run")
    assert code == 1
    assert said.startswith("A dry run: nothing was changed.\n5 rows: 2 new")
    assert not Bill.objects.exists()
    _code, said = told("bills", path, "--dry-run", "--json")
    assert json.loads(said)["dry_run"] is True


def test_the_report_can_be_read_in_spanish(tmp_path: Path) -> None:
    code, said = told("bills", written(tmp_path, BILLS), "--dry-run", "--language", "es")
    assert code == 1
    assert "Un ensayo: no se cambió nada." in said
    assert "5 filas: 2 nuevas, 0 cambiadas, 0 sin cambios, 3 rechazadas." in said
    assert "Fila 3, Due Date: No existe el 29 de febrero de 2027. (2/29/2027)" in said
    assert "La cantidad es menor que cero." in said
    assert "No hay ninguna cuenta con este número." in said
    wrong = written(tmp_path, "Pet,Age\nRex,3\n", "pets.csv")
    with pytest.raises(CommandError, match="Este archivo no es del tipo «factura»"):
        call_command("import_facts", "bills", wrong, "--language", "es")
