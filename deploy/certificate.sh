#!/bin/sh
# What certbot calls with a new certificate: put it where tls.conf looks, and let nginx read it.
set -eu
install -d -m 700 /etc/lme-lab/certificate
install -m 600 "$RENEWED_LINEAGE/fullchain.pem" "$RENEWED_LINEAGE/privkey.pem" /etc/lme-lab/certificate
if [ -d /run/systemd/system ] && systemctl is-active --quiet nginx; then
    systemctl reload nginx
else
    cd "$(dirname "$0")" && docker compose exec -T nginx nginx -s reload
fi
