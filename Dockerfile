# One image for web, workers and beat; docker-compose.yml says which one a container is.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UPN_DATA_DIR=/data
WORKDIR /app

COPY requirements/production.lock requirements/
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/production.lock

COPY . .
RUN python -m compileall -q . \
    && useradd --system --home-dir /data upn \
    && mkdir -p /data/uploads \
    && SECRET_KEY=only-for-this-step DATABASE_URL=postgresql:/// REDIS_URL=redis:// \
       python manage.py collectstatic --noinput --verbosity 0 \
    && chown upn:upn /data /data/uploads
USER upn
# Uploaded files: shared by web and workers.
VOLUME /data/uploads
EXPOSE 8000
