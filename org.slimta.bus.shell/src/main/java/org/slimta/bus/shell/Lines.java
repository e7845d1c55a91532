package org.slimta.bus.shell;

import java.util.List;

/** Prints labels with values, one line each. */
final class Lines {

    private static final int MAX_LENGTH = 1000;
    private static final String INDENT = "  ";

    private Lines() {}

    /** Prints the title of the lines that follow. */
    static void title(String title) {
        System.out.println(Table.oneLine(title, MAX_LENGTH));
    }

    /** Prints a label and a value; nothing if the value is null. */
    static void line(String label, Object value) {
        if (value != null) {
            System.out.printf("%s%-15s%s%n", INDENT, label, Table.oneLine(value.toString(), MAX_LENGTH));
        }
    }

    /** Prints several values, one line each, with a label for one or for several of them. */
    static void lines(String one, String several, List<String> values) {
        String label = values.size() == 1 ? one : several;
        for (String value : values) {
            line(label, value);
            label = "";
        }
    }

    /** Prints a sentence that belongs to a title. */
    static void sentence(String sentence) {
        System.out.println(INDENT + Table.oneLine(sentence, MAX_LENGTH));
    }

    /** Prints a table below lines. */
    static void table(Table table) {
        System.out.print(table.withTitles().indent(INDENT.length()));
    }
}
