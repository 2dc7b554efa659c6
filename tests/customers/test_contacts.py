"""Email 1, Email 2 and the numbers, as people change them."""

import pytest

from customers import consent
from customers.choices import ConsentSource, EmailSlot, NumberSlot
from customers.contacts import ContactRefusedError, change_email, change_number
from customers.fields import ContactEmailFormField
from customers.models import ConsentEvent, Customer, RefusedEmail
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
LONG = "this.address.is.longer.than.forty.chars@example.com"


def test_an_email_is_kept_with_its_domain_in_lower_case_and_the_old_one_is_told() -> None:
    customer = make_customer(email_1="old@example.com")
    change = change_email(
        customer=customer,
        slot=EmailSlot.EMAIL_1,
        address=" Mae.M@EXAMPLE.com ",
        source=ConsentSource.CSR,
    )
    assert (change.old, change.new, change.is_change) == (
        "old@example.com",
        "Mae.M@example.com",
        True,
    )
    assert customer.email_1 == "Mae.M@example.com"
    assert ConsentEvent.objects.filter(address="mae.m@example.com", action="given").count() == 1


def test_an_email_of_more_than_forty_characters_is_refused_in_words_and_counted() -> None:
    customer = make_customer(email_1="old@example.com")
    for _ in range(2):
        with pytest.raises(ContactRefusedError, match="has 51 characters, and 40 is the most"):
            change_email(
                customer=customer,
                slot=EmailSlot.EMAIL_2,
                address=LONG,
                source=ConsentSource.PORTAL,
            )
    customer.refresh_from_db()
    assert customer.email_2 == ""
    counted = RefusedEmail.objects.get()
    assert (counted.source, counted.count) == ("portal", 2)


def test_a_wrong_email_is_refused_and_not_counted() -> None:
    with pytest.raises(ContactRefusedError, match="@ is missing"):
        change_email(
            customer=make_customer(),
            slot=EmailSlot.EMAIL_1,
            address="mae.example.com",
            source=ConsentSource.PORTAL,
        )
    assert not RefusedEmail.objects.exists()


def test_forty_characters_fit() -> None:
    address = "a" * 28 + "@example.com"
    assert len(address) == 40
    customer = make_customer()
    change_email(
        customer=customer, slot=EmailSlot.EMAIL_2, address=address, source=ConsentSource.CSR
    )
    assert Customer.objects.get(pk=customer.pk).email_2 == address


def test_email_2_may_not_repeat_email_1() -> None:
    customer = make_customer(email_1="mae@example.com")
    with pytest.raises(ContactRefusedError, match="same address"):
        change_email(
            customer=customer,
            slot=EmailSlot.EMAIL_2,
            address="MAE@example.com",
            source=ConsentSource.CSR,
        )


def test_removing_an_email_is_a_change_and_repeating_it_is_none() -> None:
    customer = make_customer(email_1="mae@example.com")

    def remove() -> bool:
        return change_email(
            customer=customer, slot=EmailSlot.EMAIL_1, address="", source=ConsentSource.CSR
        ).is_change

    assert remove()
    assert not remove()


def test_the_model_and_its_forms_refuse_a_long_address_and_never_cut_it() -> None:
    field = Customer._meta.get_field("email_1").formfield()
    assert isinstance(field, ContactEmailFormField)
    assert "maxlength" not in field.widget.attrs
    with pytest.raises(Exception, match="40 is the most"):
        field.clean(LONG)
    assert field.clean("Mae@EXAMPLE.COM") == "Mae@example.com"
    customer = Customer(number="1", name="X", email_1=LONG)
    with pytest.raises(Exception, match="40 is the most"):
        customer.full_clean()


def test_do_not_call_belongs_to_the_number_and_follows_it() -> None:
    customer = make_customer(mobile_number="+14785550112")
    consent.set_do_not_call("+14785550112", True, source=ConsentSource.CSR)

    def change(number: str) -> bool:
        change_number(
            customer=customer,
            slot=NumberSlot.MOBILE,
            number=number,
            source=ConsentSource.CSR,
        )
        return customer.do_not_call

    customer.refresh_from_db()
    assert customer.do_not_call
    assert change("478-555-0113") is False
    assert change("(478) 555-0112") is True
    assert change("") is False


def test_a_number_is_recorded_as_given_for_texts_and_calls_and_at_home_for_calls() -> None:
    customer = make_customer(mobile_number="", home_number="")
    change_number(
        customer=customer, slot=NumberSlot.MOBILE, number="4785550112", source=ConsentSource.CSR
    )
    change_number(
        customer=customer, slot=NumberSlot.HOME, number="4785550113", source=ConsentSource.CSR
    )
    given = ConsentEvent.objects.filter(action="given", customer=customer)
    assert set(given.values_list("address", "channel", "source")) == {
        ("+14785550112", "text", "csr"),
        ("+14785550112", "voice", "csr"),
        ("+14785550113", "voice", "csr"),
    }


def test_a_cut_number_is_refused_with_what_to_do() -> None:
    with pytest.raises(ContactRefusedError, match="Format the column as text"):
        change_number(
            customer=make_customer(),
            slot=NumberSlot.MOBILE,
            number="1.47856E+10",
            source=ConsentSource.CSR,
        )
