import pytest

from common.headings import Field, column_letters, match_headings, placeholder_key


@pytest.mark.parametrize(
    ("field", "headings"),
    [
        (
            Field.ACCOUNT,
            "Member Separator|MBR SEP|MBR SEP |mbrsep|Mbr-Sep|MEMBER_SEPARATOR|account|Account #|"
            "Account Number|Acct|Acct. No.|member no|Member Number|MemberSep|Cuenta|"
            "Número de cuenta|Customer ID",
        ),
        (
            Field.EMAIL_1,
            "Email|E-mail|e-mail address|EMAIL 1|Email1|Email Address|EmailAddress|Primary Email|"
            "Email 1 Address|Customer Email|Member's email|Correo|Correo electrónico",
        ),
        (
            Field.EMAIL_2,
            "Email 2|Email2|email_2|Secondary Email|Alternate e-mail|2nd Email|Correo 2|"
            "Email Address 2|Correo secundario",
        ),
        (
            Field.MOBILE,
            "Cell Phone|Cell  Phone #|cell|Mobile|Mobile Number|MobilePhone|Phone|phone number|"
            "Text Number|SMS|Telephone|Customer's cell phone number|Celular|Teléfono celular|"
            "Teléfono|Móvil|Member Phone #",
        ),
        (Field.HOME, "Home Phone|Home phone #|HomePhone|Landline|Teléfono de casa|Phone (home)"),
        (
            Field.NAME,
            "Name|NAME|member name|Member Name |Customer|Customer Name|Full name|Nombre|"
            "Nombre completo|Account Name",
        ),
        (Field.FIRST_NAME, "First Name|FIRST_NAME|fname|Member first name|Primer nombre"),
        (Field.LAST_NAME, "Last Name|LastName|Surname|Apellido|Apellidos"),
        (Field.LANGUAGE, "Language|Preferred Language|Idioma"),
    ],
)
def test_headings_are_matched_loosely(field: Field, headings: str) -> None:
    for heading in headings.split("|"):
        assert match_headings([heading]) == {0: field}, heading


@pytest.mark.parametrize(
    "heading",
    [
        "Pole",
        "Address",
        "Email status",
        "Email opt in",
        "Phone type",
        "Mobile carrier",
        "Account type",
        "Account status",
        "Amount",
        "City",
        "Name of pole",
        "Service address",
        "Homeowner",
        "#",
        "",
        "Number",
        "Correo postal",
        "❤",
    ],
)
def test_other_headings_are_placeholders(heading: str) -> None:
    assert match_headings([heading]) == {}


def test_two_plain_email_columns_are_email_1_and_email_2_and_a_note_says_so() -> None:
    matched = match_headings(["Account", "Email", "Pole", "E-mail"])
    assert matched == {0: Field.ACCOUNT, 1: Field.EMAIL_1, 3: Field.EMAIL_2}
    assert matched.notes == [
        'Two columns look like Email 1. "Email" (column B) is used as Email 1 and "E-mail" '
        "(column D) as Email 2."
    ]


def test_a_third_email_column_is_a_placeholder_and_a_note_says_so() -> None:
    matched = match_headings(["Email", "Email 2", "Email"])
    assert matched == {0: Field.EMAIL_1, 1: Field.EMAIL_2}
    assert matched.notes == [
        '"Email" (column C) looks like Email 1 too, and is used for placeholders only.'
    ]


def test_an_exact_heading_comes_before_a_vague_one() -> None:
    matched = match_headings(["Phone", "Cell Phone", "Customer", "Member name"])
    assert matched == {1: Field.MOBILE, 3: Field.NAME}
    assert len(matched.notes) == 2


def test_email_2_without_email_1_is_noted() -> None:
    assert match_headings(["Email 2"]).notes == ["The file has Email 2 but no Email 1."]


def test_the_headings_of_both_samples_are_matched_alike() -> None:
    fields = {0: Field.ACCOUNT, 1: Field.NAME, 2: Field.MOBILE, 3: Field.EMAIL_1}
    assert match_headings(["Member Separator", "Name", "Cell Phone", "Email"]) == fields
    after = ["MBR SEP", "member name", "Cell Phone #", "E-mail Address", "Pole"]
    assert match_headings(after) == fields


def test_a_placeholder_and_its_heading_meet_loosely() -> None:
    for text in ("Pole", "pole", "POLE #", " {{ Pole }} ", "Póle", "p-o_l e"):
        assert placeholder_key(text) == "pole"
    assert placeholder_key("Número") == "numero"
    assert placeholder_key("#") == ""
    assert placeholder_key("北京") == "北京"


def test_columns_are_named_as_spreadsheets_do() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
