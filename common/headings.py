"""What the columns of people's files are, by their headings, matched loosely.

Only headings that say a field's own name are matched: "Email status" or "Phone type" are columns
of their own. Everything that is not matched is a placeholder column (`{{ pole }}`).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.db import models
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class Field(models.TextChoices):
    ACCOUNT = "account", gettext_lazy("Account")
    EMAIL_1 = "email_1", gettext_lazy("Email 1")
    EMAIL_2 = "email_2", gettext_lazy("Email 2")
    MOBILE = "mobile", gettext_lazy("Mobile number")
    HOME = "home", gettext_lazy("Home number")
    NAME = "name", gettext_lazy("Name")
    FIRST_NAME = "first_name", gettext_lazy("First name")
    LAST_NAME = "last_name", gettext_lazy("Last name")
    LANGUAGE = "language", gettext_lazy("Language")


class MatchedHeadings(dict[int, Field]):
    """Column (0-based) → field, and what people should know about how it was decided."""

    notes: list[str]

    def __init__(self, fields: Mapping[int, Field], notes: Sequence[str] = ()) -> None:
        super().__init__(fields)
        self.notes = list(notes)


def placeholder_key(heading: str) -> str:
    """The loose key by which a placeholder and a heading meet: `POLE #`, `pole` and `Póle` are
    the same. "" for a heading without letters or digits."""
    return _key(heading)


def match_headings(headings: Sequence[str]) -> MatchedHeadings:
    """The field of each column that has one; no field is given twice.

    A second plain "Email" is Email 2, and a note says so. A vague heading ("Phone", "Member")
    gives way to an exact one ("Cell phone").
    """
    fields: dict[int, Field] = {}
    notes: list[str] = []
    keys = [_key(heading) for heading in headings]
    taken: dict[Field, int] = {}
    for table in (_EXACT, _VAGUE):
        for column, key in enumerate(keys):
            field = table.get(key) or table.get(_without_fillers(headings[column]))
            if field is None or column in fields:
                continue
            if field is Field.EMAIL_1 and field in taken and Field.EMAIL_2 not in taken:
                if _says_which_email(keys):
                    continue
                field = Field.EMAIL_2
                notes.append(
                    _(
                        'Two columns look like Email 1. "%(first)s" (column %(first_column)s) is '
                        'used as Email 1 and "%(heading)s" (column %(column)s) as Email 2.'
                    )
                    % {
                        "first": headings[taken[Field.EMAIL_1]].strip(),
                        "first_column": column_letters(taken[Field.EMAIL_1]),
                        "heading": headings[column].strip(),
                        "column": column_letters(column),
                    }
                )
            elif field in taken:
                notes.append(
                    _(
                        '"%(heading)s" (column %(column)s) looks like %(what)s too, and is used '
                        "for placeholders only."
                    )
                    % {
                        "heading": headings[column].strip(),
                        "column": column_letters(column),
                        "what": field.label,
                    }
                )
                continue
            fields[column] = field
            taken[field] = column
    if Field.EMAIL_2 in taken and Field.EMAIL_1 not in taken:
        notes.append(_("The file has Email 2 but no Email 1."))
    return MatchedHeadings(dict(sorted(fields.items())), notes)


def column_letters(column: int) -> str:
    """A spreadsheet's name of a column (0-based): 0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filter(str.isalnum, decomposed))


_WORD = re.compile(r"[^\W_]+")
_FILLERS = frozenset(
    word
    for words in (
        "number numbers num nbr no nr address addresses addr adress column primary main preferred",
        "member members customer customers cust consumer contact subscriber billing",
        "numero num de del la el direccion principal socio cliente miembro",
    )
    for word in words.split()
)


@lru_cache(maxsize=4096)
def _without_fillers(heading: str) -> str:
    """The key of a heading without the words that say nothing: "Customer's cell phone number"."""
    decomposed = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    bare = bare.replace("'s", "").replace("’s", "")
    return "".join(word for word in _WORD.findall(bare) if word not in _FILLERS)


def _says_which_email(keys: Sequence[str]) -> bool:
    """Whether another heading names Email 2 outright."""
    return any(_EXACT.get(key) is Field.EMAIL_2 for key in keys)


def _table(words: Mapping[Field, str]) -> dict[str, Field]:
    return {word: field for field, text in words.items() for word in text.split()}


_EXACT = _table(
    {
        Field.ACCOUNT: (
            "memberseparator membersep mbrsep mbrseparator membersepnumber memsep memseparator "
            "membernumberseparator account accountnumber accountno accountnum accountnbr accountid "
            "acct acctno acctnum acctnbr acctnumber acctid memberno membernumber membernum "
            "membernbr mbrno mbrnum mbrnbr mbrnumber memberid mbr customernumber customerno "
            "customerid custno custnum custid serviceaccount locationaccount "
            "cuenta numerodecuenta numcuenta nocuenta ndecuenta nrodecuenta numerodesocio "
            "numerodecliente nodecuenta idcliente numerodemiembro"
        ),
        Field.EMAIL_1: (
            "email1 email emailaddress emailaddress1 emailaddr primaryemail emailprimary "
            "mainemail emailone 1stemail firstemail e1 homeemail personalemail emailid "
            "correo correo1 correoelectronico correoelectronico1 direcciondecorreo "
            "direcciondecorreoelectronico emailprincipal"
        ),
        Field.EMAIL_2: (
            "email2 emailaddress2 secondemail secondaryemail emailsecondary alternateemail "
            "altemail emailalternate otheremail emailtwo 2ndemail additionalemail "
            "secondemailaddress secondaryemailaddress alternateemailaddress e2 email2address "
            "correo2 correoelectronico2 segundocorreo correosecundario correoalterno "
            "correoalternativo otrocorreo"
        ),
        Field.MOBILE: (
            "cellphone cell cellphonenumber cellnumber cellno mobile mobilephone mobilenumber "
            "mobileno mobilephonenumber cellular cellularphone textnumber textphone "
            "textphonenumber smsnumber sms smsphone wireless wirelessphone wirelessnumber "
            "mobile1 cell1 cellphone1 "
            "celular telefonocelular celular1 movil telefonomovil numerocelular numerodecelular "
            "numerodetelefonocelular"
        ),
        Field.HOME: (
            "homephone homephonenumber homenumber home landline landlinephone housephone "
            "residencephone residentialphone phonehome homeno telephonehome phonenumberhome "
            "telefonodecasa telefonocasa telefonofijo telefonoresidencial casa fijo"
        ),
        Field.NAME: (
            "membername name customername custname mbrname consumername fullname accountname "
            "contactname billingname nameonaccount accountholder recipientname subscribername "
            "nombre nombrecompleto nombredelsocio nombredelcliente nombreyapellido "
            "nombreyapellidos nombresocio nombrecliente"
        ),
        Field.FIRST_NAME: "firstname fname givenname first forename primernombre nombredepila",
        Field.LAST_NAME: (
            "lastname lname surname familyname last apellido apellidos primerapellido"
        ),
        Field.LANGUAGE: (
            "language lang preferredlanguage languagepreference languagecode spokenlanguage "
            "idioma lengua idiomapreferido"
        ),
    }
)

_VAGUE = _table(
    {
        Field.ACCOUNT: "member mbrsepno separator",
        Field.MOBILE: (
            "phone phonenumber phoneno phonenum telephone telephonenumber tel phone1 phonenbr "
            "contactnumber contactphone primaryphone ph text daytimephone "
            "telefono numerodetelefono telefono1 tel1"
        ),
        Field.HOME: "phone2 telephone2 telefono2",
        Field.NAME: "customer member consumer accountholdername socio cliente",
    }
)
