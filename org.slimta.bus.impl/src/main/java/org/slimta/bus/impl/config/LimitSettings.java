package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;

/** The limits of one incoming frame. */
public interface LimitSettings {

    @AttributeDefinition(
            name = "Parts",
            required = false,
            defaultValue = "16384",
            description = "Limit: number of parts in a frame, including the XML.")
    int maxParts();

    @AttributeDefinition(
            name = "Part size",
            required = false,
            defaultValue = "64MiB",
            description = "Limit: size of one attachment in bytes.")
    String maxPartSize();

    @AttributeDefinition(
            name = "Frame size",
            required = false,
            defaultValue = "128MiB",
            description = "Limit: total size of all parts of a frame in bytes.")
    String maxFrameSize();

    @AttributeDefinition(
            name = "XML size",
            required = false,
            defaultValue = "8MiB",
            description = "Limit: size of the XML in bytes.")
    String maxXmlSize();

    @AttributeDefinition(
            name = "Element depth",
            required = false,
            defaultValue = "64",
            description = "Limit: nesting depth of the elements.")
    int maxDepth();

    @AttributeDefinition(
            name = "Attributes",
            required = false,
            defaultValue = "64",
            description = "Limit: number of attributes of one element.")
    int maxAttributes();

    @AttributeDefinition(
            name = "Elements",
            required = false,
            defaultValue = "100000",
            description = "Limit: number of elements in the XML.")
    int maxElements();

    @AttributeDefinition(
            name = "Items",
            required = false,
            defaultValue = "10000",
            description = "Limit: number of requests, or responses, in one array.")
    int maxItems();

    @AttributeDefinition(
            name = "Text size",
            required = false,
            defaultValue = "1MiB",
            description = "Limit: length of one attribute value, or of the text of one element, in characters.")
    String maxTextSize();

    @AttributeDefinition(
            name = "Name size",
            required = false,
            defaultValue = "1000",
            description = "Limit: length of one name in the XML, in characters.")
    int maxNameSize();

    @AttributeDefinition(
            name = "Distinct names",
            required = false,
            defaultValue = "10000",
            description = "Limit: number of different names in the XML.")
    int maxDistinctNames();

    @AttributeDefinition(
            name = "Prolog size",
            required = false,
            defaultValue = "64KiB",
            description = "Limit: size of what precedes the root element of the XML, in bytes.")
    String maxPrologSize();

    @AttributeDefinition(
            name = "Headers",
            required = false,
            defaultValue = "32",
            description = "Limit: number of headers of one transaction, in each direction.")
    int maxHeaders();

    @AttributeDefinition(
            name = "Header size",
            required = false,
            defaultValue = "8KiB",
            description = "Limit: size of the headers of one transaction, in each direction, in bytes: names and values"
                    + " together.")
    String maxHeaderSize();
}
