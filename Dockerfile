# Sandbooks as an image: `docker run -p 4010:4010 IMAGE` serves every bundled vendor. docs/container.md says the rest.
# A base needs glibc, and Python 3.11 or newer as `python3`, with `venv`. Both stages stand on it: the environment that
# the builder makes leads to the interpreter of the other.
ARG BASE_IMAGE=python:3.12-slim

FROM ${BASE_IMAGE} AS builder
WORKDIR /src
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/sandbooks
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# What is needed changes less often than the sources, so it is a layer of its own. The secret is a pip.conf, for those
# who have an index of their own.
COPY pyproject.toml ./
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    python3 -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
        > /opt/build/needed.txt \
    && /opt/build/bin/pip --python /opt/sandbooks install --no-compile --requirement /opt/build/needed.txt
COPY . .
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    /opt/build/bin/pip wheel --no-deps --wheel-dir /opt/build/dist . \
    && /opt/build/bin/pip --python /opt/sandbooks install --no-compile --no-deps /opt/build/dist/*.whl
# Where it runs nothing can be written: bytecode and what is read from the descriptions are made here. Bytecode is not
# held against the dates of its sources, which a builder may change as it copies.
RUN cd /opt/sandbooks \
    && find lib -type d -name tests -prune -exec rm -r {} + \
    && find lib -type f \( -name '*.c' -o -name '*.h' -o -name '*.pyx' -o -name '*.map' \) -delete \
    && bin/python -m compileall -q --invalidation-mode unchecked-hash lib \
    && SANDBOOKS_CACHE=/opt/sandbooks/cache bin/python -W ignore -c \
        "from sandbooks.starting import find_cache, start_server; start_server(cache=find_cache())" \
    && chmod -R a+rX cache \
    && mkdir /opt/data

FROM ${BASE_IMAGE}
ARG BASE_IMAGE
LABEL org.opencontainers.image.title="Sandbooks" \
      org.opencontainers.image.description="A sandbox server for bookkeeping APIs" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"
# Slim Python images come without the bytecode of the standard library, which costs each start half a second.
RUN python3 -m compileall -q --invalidation-mode unchecked-hash \
        -x '/(site-packages|dist-packages|test|ensurepip|idlelib|lib2to3|tkinter|turtledemo)/' \
        "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
    && mkdir /project
COPY --from=builder --chown=10001:10001 /opt/data /data
COPY --from=builder /opt/sandbooks /opt/sandbooks
ENV PATH=/opt/sandbooks/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    SANDBOOKS_CACHE=/opt/sandbooks/cache \
    SANDBOOKS_DATA=/data \
    SANDBOOKS_HOST=0.0.0.0 \
    SANDBOOKS_PORT=4010
WORKDIR /project
VOLUME /data
EXPOSE 4010
USER 10001:10001
HEALTHCHECK --interval=5s --timeout=6s --start-period=30s CMD ["sandbooks", "health"]
ENTRYPOINT ["sandbooks"]
CMD ["serve"]
