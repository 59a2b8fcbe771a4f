#!/usr/bin/env bash
# Usage: engine.sh FOLDER COMMAND...
# Runs a command beside a podman that answers as Docker does. Mounts and network are its own: nothing is left on the
# machine, and nothing that runs here reaches another one. So are its processes: all of them end with it, however it ends.
set -euo pipefail
LONGEST_S=900
if [ -z "${INSIDE_ENGINE:-}" ]; then
    INSIDE_ENGINE=1 exec unshare --mount --net --pid --fork --kill-child --mount-proc -- "$0" "$@"
fi
folder=$1
shift

ip link set lo up
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /dev/shm
# crun refuses a machine that has both kinds of control groups.
if mountpoint --quiet /sys/fs/cgroup/unified; then
    umount /sys/fs/cgroup/unified
fi

# `docker` is podman, and `docker compose` the program that Debian has.
mkdir -p "$folder/bin"
cat > "$folder/bin/docker" <<'SHIM'
#!/bin/sh
if [ "${1:-}" = compose ]; then
    shift
    exec docker-compose "$@"
fi
# What is read-only is so with Docker but for volumes; podman would add a /tmp.
if [ "${1:-}" = run ]; then
    shift
    set -- run --read-only-tmpfs=false "$@"
fi
exec podman "$@"
SHIM
chmod +x "$folder/bin/docker"
export PATH="$folder/bin:$PATH"
export DOCKER_HOST=unix:///run/docker.sock
# There is no image of what clears up after testcontainers; and a machine that is a container itself is no matter.
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CONNECTION_MODE=docker_host

leave() {
    podman rm --all --force --volumes --time 0 > /dev/null
    podman volume prune --force > /dev/null
    podman network prune --force > /dev/null
}
trap leave EXIT
leave # what was killed could not

podman system service --time 0 "$DOCKER_HOST" 2> "$folder/service.log" &
# podman leaves the rhythm of health checks to systemd, which need not be there.
while sleep 1; do
    for container in $(podman ps --quiet); do
        podman healthcheck run "$container" > /dev/null 2>&1 || true
    done
done 2> /dev/null &
timeout 30 sh -c 'until [ -S /run/docker.sock ]; do sleep 0.1; done' || {
    cat "$folder/service.log"
    exit 1
}

timeout --kill-after=10 "$LONGEST_S" "$@"
