"""Find a member by name, account, address, phone or email.

What is typed is personal, so it is posted and stands in no address and no log.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from console.access import requires
from console.customers.shared import SEE
from customers.selectors import SHORTEST_SEARCH, customer_by_account, search_customers

MOST = 20
_LONGEST = 120


@requires(SEE)
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    wanted = " ".join(request.POST.get("q", "")[:_LONGEST].split())
    is_live = request.headers.get("HX-Request") == "true"
    if wanted and not is_live and (one := customer_by_account(wanted)) is not None:
        return redirect("console:customer", one.number)
    found = search_customers(wanted, limit=MOST + 1)
    return render(
        request,
        "console/customers/_found.html" if is_live else "console/customers/find.html",
        {
            "wanted": wanted,
            "too_short": len(wanted) < SHORTEST_SEARCH,
            "found": found[:MOST],
            "has_more": len(found) > MOST,
            "most": MOST,
        },
    )
