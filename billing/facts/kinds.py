"""What each kind of fact consists of: one table for the file's headings, JSON, the staging table
and the comparison with what is known. Labels are English, marked for translation."""

from django.utils.translation import gettext_noop as _

from billing.choices import ChangedDetail, Kind, PaymentMethod
from billing.facts import cells, fields
from billing.models import (
    AccountChange,
    Arrangement,
    Bill,
    Installment,
    Payment,
    PendingDisconnect,
    ReturnedCheck,
    UsageRead,
)

_AMOUNT = "amount amt total"
_DUE = "duedate due duedt paymentduedate billduedate dateduedate duebydate dueby"


def _check_bill(values: fields.Values) -> tuple[str, str]:
    date, due = values.get("date"), values.get("due_date")
    if date and due and due < date:
        return "due_date", _("The bill is due before its own date. Correct one of them.")
    start, end = values.get("period_start"), values.get("period_end")
    if start and end and end < start:
        return "period_end", _("The service period ends before it begins. Correct it.")
    return "", ""


def _check_change(values: fields.Values) -> tuple[str, str]:
    if (values.get("old") or "") == (values.get("new") or ""):
        return "new", _("Before and after are the same, so nothing changed.")
    return "", ""


_BILL = fields.KindOfFact(
    kind=Kind.BILL,
    name=_("bill"),
    model=Bill,
    fields=(
        fields.text(
            "number",
            _("Bill number"),
            "number billnumber billno billnum invoicenumber invoiceno invoice bill",
            model=Bill,
            when_new="left(incoming.fact_id, 30)",
        ),
        fields.day(
            "date", _("Bill date"), "date billdate billingdate invoicedate statementdate billdt"
        ),
        fields.day("due_date", _("Due date"), _DUE),
        fields.money(
            "amount_cents",
            _("Amount"),
            f"{_AMOUNT} billamount billamt amountbilled totalbill totalamount currentcharges "
            "amountdue amtdue totaldue totalamountdue",
            is_required=True,
        ),
        fields.money(
            "balance_cents",
            _("Balance"),
            "balance billbalance balancedue openbalance openamount unpaid unpaidbalance remaining",
            may_be_negative=True,
            when_new="incoming.amount_cents",
            # What was paid stays paid when the amount is corrected.
            when_known="known.balance_cents + incoming.amount_cents - known.amount_cents",
        ),
        fields.day(
            "period_start",
            _("Service from"),
            "periodstart servicefrom servicestart fromdate readfrom servicefromdate periodfrom "
            "servicestartdate servicebegin from",
            is_required=False,
        ),
        fields.day(
            "period_end",
            _("Service to"),
            "periodend serviceto serviceend todate readto servicetodate periodto serviceenddate to",
            is_required=False,
        ),
        fields.kwh("kwh kwhused usage kwhusage consumption usagekwh totalkwh", is_required=False),
    ),
    derived_id=lambda values: values.get("number") or "",
    needed_for_id=("number",),
    check=_check_bill,
)

_METHODS: dict[str, str] = {
    PaymentMethod.BANK_DRAFT: "bankdraft draft bank ach eft echeck echeque checking savings",
    PaymentMethod.CARD: "card creditcard cc credit debitcard debit visa mastercard amex discover",
    PaymentMethod.KIOSK: "kiosk paysite",
    PaymentMethod.PHONE_APP: "phoneapp app mobileapp mobile web online portal ivr phone",
    PaymentMethod.TEXT: "text sms paybytext textpay",
    PaymentMethod.COUNTER: "counter cash office walkin cashier lobby drivethru nightdrop",
    PaymentMethod.MAIL: "mail mailed lockbox check cheque post",
}
_PAYMENT = fields.KindOfFact(
    kind=Kind.PAYMENT,
    name=_("payment"),
    model=Payment,
    fields=(
        fields.moment(
            "at",
            _("Paid at"),
            "at paidat paiddate date datepaid paymentdate paymenttime paymentdatetime posted "
            "postedat posteddate postdate transactiondate datetime timestamp paid",
        ),
        fields.money(
            "amount_cents",
            _("Amount"),
            f"{_AMOUNT} paymentamount paymentamt amountpaid amtpaid paidamount payment",
            is_required=True,
        ),
        fields.word(
            "method",
            _("Method"),
            "method paymentmethod paymethod paymenttype paytype tender tendertype paymentsource",
            _METHODS,
            _("bank draft, card, kiosk, phone app, text, counter and mail"),
        ),
        fields.FactField(
            column="recurring",
            label=_("Recurring"),
            type="boolean",
            ways=(
                fields.Way(
                    "recurring",
                    cells.read_yes_no,
                    "recurring recurringpayment isrecurring autopay autopayment",
                ),
            ),
            when_new="false",
        ),
        fields.text("bill", _("Bill"), "bill billid billnumber billno invoice invoicenumber"),
    ),
    references=(
        fields.Reference(
            column="bill",
            query="SELECT bill.id FROM billing_bill AS bill"
            " WHERE bill.account_id = incoming.account_id"
            " AND (bill.fact_id = incoming.bill OR bill.number = incoming.bill)"
            " ORDER BY bill.fact_id = incoming.bill DESC, bill.date DESC LIMIT 1",
        ),
    ),
)

_RETURNED_CHECK = fields.KindOfFact(
    kind=Kind.RETURNED_CHECK,
    name=_("returned check"),
    model=ReturnedCheck,
    fields=(
        fields.day(
            "date", _("Returned on"), "date returnedon returndate returneddate datereturned nsfdate"
        ),
        fields.money(
            "amount_cents",
            _("Amount"),
            f"{_AMOUNT} checkamount checkamt returnedamount returnamount nsfamount",
            is_required=True,
        ),
        fields.money(
            "fee_cents",
            _("Fee"),
            "fee returnfee returnedcheckfee nsffee servicecharge",
            when_new="0",
        ),
        fields.text(
            "reason", _("Reason"), "reason returnreason reasoncode why", model=ReturnedCheck
        ),
        fields.text("payment", _("Payment"), "payment paymentid originalpayment paymentnumber"),
    ),
    references=(
        fields.Reference(
            column="payment",
            query="SELECT payment.id FROM billing_payment AS payment"
            " WHERE payment.fact_id = incoming.payment"
            " AND payment.account_id = incoming.account_id",
        ),
    ),
)

_ARRANGEMENT = fields.KindOfFact(
    kind=Kind.ARRANGEMENT,
    name=_("payment arrangement"),
    model=Arrangement,
    fields=(
        fields.day(
            "made_on", _("Made on"), "madeon date arrangementdate created datecreated startdate"
        ),
        fields.money(
            "amount_cents",
            _("Amount"),
            f"{_AMOUNT} arrangementamount totalamount arrangementtotal",
            is_required=True,
        ),
    ),
)

_INSTALLMENT = fields.KindOfFact(
    kind=Kind.INSTALLMENT,
    name=_("installment of an arrangement"),
    model=Installment,
    fields=(
        fields.text(
            "arrangement",
            _("Arrangement"),
            "arrangement arrangementid arrangementnumber arrangementno paymentarrangement "
            "agreement agreementid",
            is_required=True,
        ),
        fields.FactField(
            column="number",
            label=_("Installment"),
            type="int",
            ways=(
                fields.Way(
                    "number",
                    cells.read_count,
                    "number installment installmentnumber installmentno sequence seq paymentnumber",
                ),
            ),
            is_required=True,
        ),
        fields.day("due_date", _("Due date"), f"{_DUE} installmentduedate date"),
        fields.money(
            "amount_cents",
            _("Amount"),
            f"{_AMOUNT} installmentamount installmentamt amountdue",
            is_required=True,
        ),
        fields.moment(
            "paid_at",
            _("Paid at"),
            "paidat paid paiddate datepaid paidon",
            is_required=False,
            is_erasable=True,
        ),
    ),
    references=(
        fields.Reference(
            column="arrangement",
            query="SELECT arrangement.id FROM billing_arrangement AS arrangement"
            " WHERE arrangement.fact_id = incoming.arrangement"
            " AND arrangement.account_id = incoming.account_id",
            is_required=True,
        ),
    ),
    derived_id=lambda values: f"{values.get('arrangement')}:{values.get('number')}",
    needed_for_id=("arrangement", "number"),
    once_by=("arrangement_id", "number"),
    account_from="SELECT arrangement.account_id FROM billing_arrangement AS arrangement"
    " WHERE arrangement.fact_id = incoming.arrangement",
)

_USAGE_READ = fields.KindOfFact(
    kind=Kind.USAGE_READ,
    name=_("usage read"),
    model=UsageRead,
    fields=(
        fields.day("day", _("Day"), "day date readdate readingdate usagedate intervaldate"),
        fields.kwh(
            "kwh kwhused usage kwhusage consumption usagekwh dailykwh totalkwh value",
            is_required=True,
        ),
    ),
    derived_id=lambda values: f"{values.get('account')}:{values.get('day')}",
    needed_for_id=("account", "day"),
    once_by=("account_id", "day"),
)

_PENDING_DISCONNECT = fields.KindOfFact(
    kind=Kind.PENDING_DISCONNECT,
    name=_("pending disconnect"),
    model=PendingDisconnect,
    fields=(
        fields.day(
            "after_date",
            _("Disconnect after"),
            "afterdate disconnectafter disconnectdate date cutoffdate disconnecton after",
        ),
        fields.money(
            "amount_cents",
            _("Amount"),
            f"{_AMOUNT} amountdue pastdue pastdueamount amounttopay amountowed",
            is_required=True,
        ),
        fields.moment(
            "resolved_at",
            _("Resolved at"),
            "resolvedat resolved resolveddate dateresolved cleared clearedat",
            is_required=False,
            is_erasable=True,
        ),
    ),
    derived_id=lambda values: f"{values.get('account')}:{values.get('after_date')}",
    needed_for_id=("account", "after_date"),
)

_DETAILS: dict[str, str] = {
    ChangedDetail.NAME: "name membername customername",
    ChangedDetail.EMAIL_1: "email1 email emailaddress primaryemail",
    ChangedDetail.EMAIL_2: "email2 secondemail secondaryemail",
    ChangedDetail.MOBILE_NUMBER: "mobilenumber mobile cell cellphone mobilephone",
    ChangedDetail.HOME_NUMBER: "homenumber home homephone phone landline",
    ChangedDetail.MAILING_ADDRESS: "mailingaddress address billingaddress",
    ChangedDetail.SERVICE_ADDRESS: "serviceaddress",
    ChangedDetail.RECURRING_PAYMENT: "recurringpayment autopay bankdraft",
}
_ACCOUNT_CHANGE = fields.KindOfFact(
    kind=Kind.ACCOUNT_CHANGE,
    name=_("account change"),
    model=AccountChange,
    fields=(
        fields.word(
            "what",
            _("What changed"),
            "what whatchanged field fieldname detail changetype fieldchanged",
            _DETAILS,
            _(
                "name, Email 1, Email 2, mobile number, home number, mailing address, "
                "service address and recurring payment"
            ),
        ),
        fields.text("old", _("Before"), "old oldvalue before previous from", model=AccountChange),
        fields.text("new", _("After"), "new newvalue after current to", model=AccountChange),
        fields.moment(
            "at", _("Changed at"), "at changedat changedate datechanged changed date timestamp"
        ),
    ),
    derived_id=lambda values: ":".join(
        (
            values.get("account") or "",
            values.get("what") or "",
            (values.get("at") or "")[:19].replace("-", "").replace(":", ""),
        )
    ),
    needed_for_id=("account", "what", "at"),
    check=_check_change,
)

KINDS: dict[Kind, fields.KindOfFact] = {
    kind.kind: kind
    for kind in (
        _BILL,
        _PAYMENT,
        _RETURNED_CHECK,
        _ARRANGEMENT,
        _INSTALLMENT,
        _USAGE_READ,
        _PENDING_DISCONNECT,
        _ACCOUNT_CHANGE,
    )
}
