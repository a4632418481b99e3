# Three stages: the front-end assets, the Python packages, and a slim image that runs as nobody in particular.
# docker-compose.yml starts it as web, worker and beat.

FROM node:22-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS packages
COPY requirements/runtime.lock /tmp/
RUN python -m venv /opt/portal \
    && /opt/portal/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/runtime.lock

FROM packages AS static
WORKDIR /app
COPY . .
COPY --from=assets /src/node_modules node_modules
# The settings want to be complete even for collecting files; on the sandbox's they are, and no key is baked in.
RUN /opt/portal/bin/python -c "from portal import assets; assets.copy()" \
    && PORTAL_DATA_DIR=/tmp/none /opt/portal/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf node_modules static/vendor

FROM python:3.13-slim
ENV PATH=/opt/portal/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORTAL_DATA_DIR=/var/lib/portal
RUN useradd --system --uid 10001 --home-dir /var/lib/portal --create-home portal
COPY --from=packages /opt/portal /opt/portal
COPY --from=static /app /app
WORKDIR /app
USER portal
EXPOSE 8000
CMD ["gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
