#!/bin/sh
# Makes a Karaf that starts with the features of slimta.bus, and then needs no network.
#
# It fetches the feature scr from Maven Central.
#
#   prepare.sh KARAF.tar.gz SLIMTA.kar FOLDER
set -eu
archive=$1
kar=$2
karaf=$3

mkdir -p "$karaf"
tar xzf "$archive" -C "$karaf" --strip-components=1

# What the KAR contains becomes part of Karaf's own repository.
unpacked=$(mktemp -d)
cp "$kar" "$unpacked/features.kar"
(cd "$unpacked" && jar xf features.kar repository)
cp -R "$unpacked/repository/." "$karaf/system/"
version=$(ls "$unpacked/repository/org/slimta/bus/org.slimta.bus.features")
rm -rf "$unpacked"

# The feature scr is Karaf's, but its bundles do not come with Karaf.
standard=$(ls "$karaf"/system/org/apache/karaf/features/standard/*/standard-*-features.xml)
sed -n '/<feature name="scr"/,/<\/feature>/s|.*>mvn:\([^<]*\)<.*|\1|p' "$standard" | while IFS=/ read -r group artifact version; do
    path=$(echo "$group" | tr . /)/$artifact/$version
    jar=$artifact-$version.jar
    [ -e "$karaf/system/$path/$jar" ] && continue
    mkdir -p "$karaf/system/$path"
    curl -fsSo "$karaf/system/$path/$jar" "https://repo.maven.apache.org/maven2/$path/$jar"
done

# The features are boot features: Karaf installs them at its first start.
sed -i \
    -e "s|^featuresRepositories = .*|&\n    mvn:org.slimta.bus/org.slimta.bus.features/$version/xml/features, \\\\|" \
    -e "s|^featuresBoot = .*|&\n    slimta-bus-mail/$version, \\\\\n    slimta-bus-shell/$version, \\\\|" \
    "$karaf/etc/org.apache.karaf.features.cfg"
grep -q "slimta-bus-mail/$version" "$karaf/etc/org.apache.karaf.features.cfg"

# The shell is for bin/client inside the container only.
sed -i 's|^sshHost *=.*|sshHost = 127.0.0.1|' "$karaf/etc/org.apache.karaf.shell.cfg"
