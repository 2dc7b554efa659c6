from celery import shared_task
from django.db import close_old_connections

from billing.news import tell_forgotten_news
from billing.print_vendor.asked import EXPORT_TASK, write_asked


@shared_task(name="billing.tell_forgotten_news", ignore_result=True)
def tell_forgotten_news_task() -> None:
    tell_forgotten_news()


@shared_task(name=EXPORT_TASK, ignore_result=True)
def export_bills_task(request_id: int) -> None:
    close_old_connections()
    write_asked(request_id)
