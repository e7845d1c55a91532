package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;

/** The limits of what arrives in one frame. */
interface LimitSettings {

    @AttributeDefinition(name = "Parts", required = false, defaultValue = "16384",
            description = "Limit: parts of a frame, the XML counted.")
    int maxParts();

    @AttributeDefinition(name = "Part size", required = false, defaultValue = "64MiB",
            description = "Limit: bytes of one attachment.")
    String maxPartSize();

    @AttributeDefinition(name = "Frame size", required = false, defaultValue = "128MiB",
            description = "Limit: bytes of all parts of a frame together.")
    String maxFrameSize();

    @AttributeDefinition(name = "XML size", required = false, defaultValue = "8MiB",
            description = "Limit: bytes of the XML.")
    String maxXmlSize();

    @AttributeDefinition(name = "Depth", required = false, defaultValue = "64", description = "Limit: nested elements.")
    int maxDepth();

    @AttributeDefinition(name = "Attributes", required = false, defaultValue = "64",
            description = "Limit: attributes of one element.")
    int maxAttributes();

    @AttributeDefinition(name = "Elements", required = false, defaultValue = "100000",
            description = "Limit: elements of the XML.")
    int maxElements();

    @AttributeDefinition(name = "Items", required = false, defaultValue = "10000",
            description = "Limit: requests, or responses, of one array.")
    int maxItems();

    @AttributeDefinition(name = "Text size", required = false, defaultValue = "1MiB",
            description = "Limit: characters of one attribute, or of the text of one element.")
    String maxTextSize();

    @AttributeDefinition(name = "Name size", required = false, defaultValue = "1000",
            description = "Limit: characters of one name in the XML.")
    int maxNameSize();

    @AttributeDefinition(name = "Distinct names", required = false, defaultValue = "10000",
            description = "Limit: different names in the XML.")
    int maxDistinctNames();

    @AttributeDefinition(name = "Prolog size", required = false, defaultValue = "64KiB",
            description = "Limit: bytes before the root element of the XML.")
    String maxPrologSize();
}
