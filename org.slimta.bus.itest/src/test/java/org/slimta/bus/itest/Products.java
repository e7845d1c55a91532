package org.slimta.bus.itest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The modules that are published: all that do not say that they are internal. */
final class Products {

    private static final Path ROOT = Path.of("..");

    private Products() {}

    /** The version of all modules. */
    static String version() {
        return text(pom(ROOT), "version");
    }

    /** The names of the modules, sorted. */
    static List<String> modules() {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .filter(folder -> {
                        Element properties = child(pom(folder), "properties");
                        return properties == null || !"true".equals(text(properties, "internal.module"));
                    })
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> name.startsWith("org.slimta.bus."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the modules that are jars, sorted. */
    static List<String> jars() {
        return modules().stream()
                .filter(name -> text(pom(ROOT.resolve(name)), "packaging") == null)
                .toList();
    }

    static Element pom(Path folder) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(folder.resolve("pom.xml").toFile())
                    .getDocumentElement();
        } catch (Exception e) {
            throw new IllegalStateException("The pom.xml in " + folder + " cannot be read", e);
        }
    }

    /** The first child with that name, or null. */
    static Element child(Element parent, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                return element;
            }
        }
        return null;
    }

    /** The text of the first child with that name, or null. */
    static String text(Element parent, String name) {
        Element child = child(parent, name);
        return child == null ? null : child.getTextContent().strip();
    }
}
