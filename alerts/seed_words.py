"""What the nine types say until an administrator changes it, in English and Spanish."""

from alerts.types import Words
from common.choices import Language

_EN, _ES = Language.ENGLISH, Language.SPANISH
_AT_EN = "account {{ account }} ({{ service_address }})"
_AT_ES = "la cuenta {{ account }} ({{ service_address }})"
_PAY_EN = "You can pay online, in the phone app, by phone or at our counter."
_PAY_ES = "Puede pagar en línea, en la aplicación, por teléfono o en nuestra oficina."
_PAID_EN = "If you have paid already, thank you: nothing more is needed."
_PAID_ES = "Si ya pagó, gracias: no tiene que hacer nada más."

WORDS: dict[str, dict[Language, Words]] = {
    "due_date_reminder": {
        _EN: Words(
            subject="Your bill of {{ balance }} is due {{ when }}",
            body="Hello {{ first_name }},\n\nThe bill for " + _AT_EN + " is due {{ when }}, on "
            f"{{{{ due_date }}}}. Still to be paid: {{{{ balance }}}}.\n\n{_PAY_EN} {_PAID_EN}",
            text_body="{{ balance }} is due {{ when }}, {{ due_date }}, for " + _AT_EN + ".",
            voice_body="{{ balance }} is due {{ when }}, on {{ due_date }}, for your account "
            "at {{ service_address }}.",
        ),
        _ES: Words(
            subject="Su factura de {{ balance }} vence {{ when }}",
            body="Hola, {{ first_name }}:\n\nLa factura de " + _AT_ES + " vence {{ when }}, el "
            f"{{{{ due_date }}}}. Falta pagar {{{{ balance }}}}.\n\n{_PAY_ES} {_PAID_ES}",
            text_body="{{ balance }} vence {{ when }}, el {{ due_date }}, de " + _AT_ES + ".",
            voice_body="{{ balance }} vence {{ when }}, el {{ due_date }}, de su cuenta en "
            "{{ service_address }}.",
        ),
    },
    "past_due": {
        _EN: Words(
            subject="Your bill of {{ balance }} is past due",
            body="Hello {{ first_name }},\n\nThe bill for " + _AT_EN + " was due on "
            "{{ due_date }}. Still to be paid: {{ balance }}.\n\n"
            f"{_PAY_EN} If you can't pay it all now, call us: we can make an arrangement. "
            f"{_PAID_EN}",
            text_body="{{ balance }} was due on {{ due_date }} for " + _AT_EN + ". "
            "Please pay, or call us to make an arrangement.",
            voice_body="{{ balance }} was due on {{ due_date }} for your account at "
            "{{ service_address }}. Please pay, or call us to make an arrangement.",
        ),
        _ES: Words(
            subject="Su factura de {{ balance }} está vencida",
            body="Hola, {{ first_name }}:\n\nLa factura de " + _AT_ES + " venció el "
            "{{ due_date }}. Falta pagar {{ balance }}.\n\n"
            f"{_PAY_ES} Si ahora no puede pagar todo, llámenos: podemos acordar un plan de pagos. "
            f"{_PAID_ES}",
            text_body="{{ balance }} venció el {{ due_date }}, de " + _AT_ES + ". "
            "Pague o llámenos para acordar un plan de pagos.",
            voice_body="{{ balance }} venció el {{ due_date }}, de su cuenta en "
            "{{ service_address }}. Pague o llámenos para acordar un plan de pagos.",
        ),
    },
    "returned_check": {
        _EN: Words(
            subject="Your check of {{ amount }} was returned",
            body="Hello {{ first_name }},\n\nYour bank returned the check of {{ amount }} for "
            + _AT_EN
            + ". A fee of {{ fee }} was added.\n\nPlease pay in another way, or call us.",
            text_body="Your check of {{ amount }} for " + _AT_EN + " was returned; the fee is "
            "{{ fee }}. Please pay in another way, or call us.",
        ),
        _ES: Words(
            subject="Su cheque de {{ amount }} fue devuelto",
            body="Hola, {{ first_name }}:\n\nSu banco devolvió el cheque de {{ amount }} de "
            + _AT_ES
            + ". Se agregó un cargo de {{ fee }}.\n\nPague de otra manera o llámenos.",
            text_body="Su cheque de {{ amount }} de " + _AT_ES + " fue devuelto; el cargo es de "
            "{{ fee }}. Pague de otra manera o llámenos.",
        ),
    },
    "profile_change": {
        _EN: Words(
            subject="Your account's {{ detail }} was changed",
            body="Hello {{ first_name }},\n\nThe {{ detail }} of " + _AT_EN + " was changed.\n\n"
            "If that was you, nothing more is needed. If it wasn't, call us at once.",
            text_body="The {{ detail }} of " + _AT_EN + " was changed. "
            "If that wasn't you, call us at once.",
        ),
        _ES: Words(
            subject="Se cambió {{ detail }} de su cuenta",
            body="Hola, {{ first_name }}:\n\nSe cambió {{ detail }} de " + _AT_ES + ".\n\n"
            "Si fue usted, no tiene que hacer nada más. Si no fue usted, llámenos de inmediato.",
            text_body="Se cambió {{ detail }} de " + _AT_ES + ". "
            "Si no fue usted, llámenos de inmediato.",
        ),
    },
    "payment_received": {
        _EN: Words(
            subject="We received your payment of {{ amount }}",
            body="Hello {{ first_name }},\n\nThank you. Your payment of {{ amount }} for "
            + _AT_EN
            + " arrived on {{ paid_on }}, by {{ method }}.",
            text_body="Thank you for your payment of {{ amount }} on {{ paid_on }} for "
            + _AT_EN
            + ".",
        ),
        _ES: Words(
            subject="Recibimos su pago de {{ amount }}",
            body="Hola, {{ first_name }}:\n\nGracias. Su pago de {{ amount }} de "
            + _AT_ES
            + " llegó el {{ paid_on }}, por {{ method }}.",
            text_body="Gracias por su pago de {{ amount }} del {{ paid_on }}, de " + _AT_ES + ".",
        ),
    },
    "high_usage": {
        _EN: Words(
            subject="High usage on {{ day }}: {{ kwh }} kWh",
            body="Hello {{ first_name }},\n\nOn {{ day }}, " + _AT_EN + " used {{ kwh }} kWh, "
            "more than the mark you set.\n\nHeating, cooling, water heaters and pumps are where "
            "it usually comes from. Call us if it makes no sense to you.",
            text_body="{{ kwh }} kWh were used on {{ day }} at "
            + _AT_EN
            + ", more than the mark you set.",
        ),
        _ES: Words(
            subject="Consumo alto el {{ day }}: {{ kwh }} kWh",
            body="Hola, {{ first_name }}:\n\nEl {{ day }}, "
            + _AT_ES
            + " consumió {{ kwh }} kWh, más que el límite que usted fijó.\n\nSuele venir de la "
            "calefacción, el aire acondicionado, el calentador de agua o las bombas. Llámenos si "
            "no lo entiende.",
            text_body="Se consumieron {{ kwh }} kWh el {{ day }} en "
            + _AT_ES
            + ", más que el límite que usted fijó.",
        ),
    },
    "pending_disconnect": {
        _EN: Words(
            subject="Your service will be disconnected after {{ after_date }}",
            body="Hello {{ first_name }},\n\nService for " + _AT_EN + " will be disconnected "
            "after {{ after_date }} unless {{ amount }} is paid.\n\n"
            + _PAY_EN
            + " If you can't, call us before then: we can look for help together.",
            text_body="Service for " + _AT_EN + " will be disconnected after {{ after_date }} "
            "unless {{ amount }} is paid. Please pay or call us.",
            voice_body="Service at {{ service_address }} will be disconnected after "
            "{{ after_date }} unless {{ amount }} is paid. Please pay or call us.",
        ),
        _ES: Words(
            subject="Su servicio se desconectará después del {{ after_date }}",
            body="Hola, {{ first_name }}:\n\nEl servicio de " + _AT_ES + " se desconectará "
            "después del {{ after_date }} si no se pagan {{ amount }}.\n\n"
            + _PAY_ES
            + " Si no puede, llámenos antes: podemos buscar ayuda juntos.",
            text_body="El servicio de " + _AT_ES + " se desconectará después del "
            "{{ after_date }} si no se pagan {{ amount }}. Pague o llámenos.",
            voice_body="El servicio en {{ service_address }} se desconectará después del "
            "{{ after_date }} si no se pagan {{ amount }}. Pague o llámenos.",
        ),
    },
    "installment_due": {
        _EN: Words(
            subject="Your installment of {{ amount }} is due {{ when }}",
            body="Hello {{ first_name }},\n\nInstallment {{ installment }} of your payment "
            "arrangement for " + _AT_EN + " is due {{ when }}, on {{ due_date }}: {{ amount }}."
            f"\n\n{_PAY_EN}",
            text_body="Installment {{ installment }}, {{ amount }}, is due {{ when }}, "
            "{{ due_date }}, for " + _AT_EN + ".",
        ),
        _ES: Words(
            subject="Su cuota de {{ amount }} vence {{ when }}",
            body="Hola, {{ first_name }}:\n\nLa cuota {{ installment }} de su plan de pagos de "
            + _AT_ES
            + f" vence {{{{ when }}}}, el {{{{ due_date }}}}: {{{{ amount }}}}.\n\n{_PAY_ES}",
            text_body="La cuota {{ installment }}, {{ amount }}, vence {{ when }}, el "
            "{{ due_date }}, de " + _AT_ES + ".",
        ),
    },
    "bill_ready": {
        _EN: Words(
            subject="Your bill of {{ amount }} is ready",
            body="Hello {{ first_name }},\n\nThe bill of {{ bill_date }} for "
            + _AT_EN
            + " is ready: {{ amount }}, due on {{ due_date }}.\n\nSign in to see it and to pay.",
            text_body="Your bill for " + _AT_EN + " is ready: {{ amount }}, due on {{ due_date }}.",
        ),
        _ES: Words(
            subject="Su factura de {{ amount }} está lista",
            body="Hola, {{ first_name }}:\n\nLa factura del {{ bill_date }} de "
            + _AT_ES
            + " está lista: {{ amount }}, vence el {{ due_date }}.\n\nInicie sesión para verla y "
            "pagarla.",
            text_body="La factura de "
            + _AT_ES
            + " está lista: {{ amount }}, vence el {{ due_date }}.",
        ),
    },
}
