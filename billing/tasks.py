from celery import shared_task

from billing.news import tell_forgotten_news


@shared_task(name="billing.tell_forgotten_news", ignore_result=True)
def tell_forgotten_news_task() -> None:
    tell_forgotten_news()
