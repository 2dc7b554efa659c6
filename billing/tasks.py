from celery import shared_task
from django.db import close_old_connections

from billing.fact_files.taking import FACT_FILE_TASK, ask_again, file_work
from billing.news import tell_forgotten_news
from billing.print_vendor.asked import EXPORT_TASK, write_asked


@shared_task(name="billing.tell_forgotten_news", ignore_result=True)
def tell_forgotten_news_task() -> None:
    tell_forgotten_news()


@shared_task(name=EXPORT_TASK, ignore_result=True)
def export_bills_task(request_id: int) -> None:
    close_old_connections()
    write_asked(request_id)


@shared_task(name=FACT_FILE_TASK, ignore_result=True)
def fact_file_task(file_id: int) -> None:
    close_old_connections()
    file_work(file_id)


@shared_task(name="billing.ask_for_fact_files", ignore_result=True)
def ask_for_fact_files_task() -> None:
    close_old_connections()
    ask_again()
