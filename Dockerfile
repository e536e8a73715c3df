# Frontdesk: one image for web, worker, beat and migrate. docker-compose.yml runs it, docs/operations.md explains it.

FROM python:3.13-slim-bookworm AS build
WORKDIR /app
# The packages first: they change less often than the code, and are then not installed anew.
COPY requirements.runtime.lock ./
COPY settings/image.sh settings/image.sh
RUN sh settings/image.sh install /venv
COPY manage.py LICENSE ./
COPY inbox inbox
COPY notifications notifications
COPY imports imports
COPY integrations integrations
COPY bell bell
COPY settings settings
RUN STATIC_ROOT=/app/staticfiles sh settings/image.sh collect /venv

FROM python:3.13-slim-bookworm
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home frontdesk && install -d -o 10001 -g 10001 -m 750 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    DJANGO_SETTINGS_MODULE=settings.production \
    FRONTDESK_DATA=/data \
    STATIC_ROOT=/app/staticfiles \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# Pictures and other files that people gave us; nothing else of a container is worth keeping.
VOLUME /data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-m", "settings.healthcheck"]
ENTRYPOINT ["python", "-m", "settings.serve"]
CMD ["web"]
