#!/bin/bash
# Tells whether every port in PORTS accepts connections. It starts no JVM, and sends nothing.
for port in ${PORTS:-4025}; do
    timeout 2 bash -c ": < /dev/tcp/127.0.0.1/$port" 2> /dev/null || exit 1
done
