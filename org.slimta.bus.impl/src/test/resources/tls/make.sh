#!/bin/sh
# Makes the certificates of the tests anew, with openssl. They hold for a hundred years, but for the expired one.
set -eu
cd "$(dirname "$0")"
rm -f ./*.pem ./*.key ./*.p12

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }

authority() { # file subject
    key "$1"
    openssl req -x509 -new -key "$1.key" -subj "$2" -days 36500 -out "$1.pem" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
}

issue() { # file subject names authority [days [start end]]
    [ -f "$1.key" ] || key "$1"
    openssl req -new -key "$1.key" -subj "$2" -out "$work/$1.csr"
    mkdir -p "$work/$4"
    : > "$work/$4/index"
    cat > "$work/$4/conf" <<CONF
[ca]
default_ca = one
[one]
database = $work/$4/index
new_certs_dir = $work/$4
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = supplied
[extensions]
subjectAltName = $3
basicConstraints = CA:FALSE
CONF
    openssl ca -batch -notext -config "$work/$4/conf" -extensions extensions -cert "$4.pem" -keyfile "$4.key" \
        -in "$work/$1.csr" -out "$1.pem" \
        -startdate "${5:-20260101000000Z}" -enddate "${6:-21250101000000Z}" 2>/dev/null
}

authority ca "/O=Example/CN=Example authority"
authority foreign-ca "/O=Elsewhere/CN=Foreign authority"
issue server "/O=Example/CN=server" "DNS:localhost,IP:127.0.0.1" ca
issue server2 "/O=Example/CN=server 2" "DNS:localhost,IP:127.0.0.1" ca
issue elsewhere "/O=Example/CN=elsewhere" "DNS:elsewhere.example.com" ca
issue expired "/O=Example/CN=expired" "DNS:localhost,IP:127.0.0.1" ca 20200101000000Z 20210101000000Z
issue foreign "/O=Elsewhere/CN=foreign" "DNS:localhost,IP:127.0.0.1" foreign-ca
issue edge "/O=Example/CN=edge" "DNS:edge.example.com,URI:spiffe://example/edge,IP:192.0.2.1,email:edge@example.com" ca
issue other "/O=Example/CN=other" "DNS:other.example.com" ca
authority self-signed "/CN=self-signed"

openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key 2>/dev/null
issue rsa "/O=Example/CN=rsa" "DNS:localhost,IP:127.0.0.1" ca
openssl pkcs8 -topk8 -in rsa.key -v2 aes-256-cbc -passout pass:secret -out rsa-encrypted.key
openssl ec -in server.key -out sec1.key 2>/dev/null
openssl pkcs12 -export -inkey server.key -in server.pem -certfile ca.pem -passout pass:secret -out server.p12
