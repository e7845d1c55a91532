package org.slimta.bus.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Text in columns, in lines of at most 120 characters where the columns of numbers and the titles leave room for that.
 * The middle of a long cell is left out, and line breaks and control characters in cells are replaced.
 */
final class Table {

    private static final int MAX_LINE_WIDTH = 120;
    private static final int MAX_CELL_WIDTH = 60;
    private static final int MIN_SHORTENED_WIDTH = 12;
    private static final int COLUMN_GAP = 2;
    private static final int MAX_NAMES = 20;

    private final List<Column> columns = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    private record Column(String title, boolean right, int minWidth, boolean canBeShortened) {}

    Table left(String title) {
        return left(title, 0);
    }

    Table left(String title, int minWidth) {
        columns.add(new Column(title, false, Math.min(minWidth, MAX_CELL_WIDTH), true));
        return this;
    }

    /** Adds a column of texts that are shown in full, since they differ in all their parts. */
    Table leftInFull(String title) {
        columns.add(new Column(title, false, 0, false));
        return this;
    }

    Table right(String title) {
        return right(title, 0);
    }

    Table right(String title, int minWidth) {
        columns.add(new Column(title, true, minWidth, false));
        return this;
    }

    /** Adds a row with one cell for each column; null is shown as a dash. */
    void row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(oneLine(cell == null ? "-" : cell.toString(), MAX_CELL_WIDTH));
        }
        rows.add(row);
    }

    /** {@return a line of titles, and a line for each row} */
    String withTitles() {
        List<String> titles = columns.stream().map(Column::title).toList();
        return line(titles, widths()) + withoutTitles();
    }

    /** {@return a line for each row} */
    String withoutTitles() {
        int[] widths = widths();
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining());
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            String cell = oneLine(cells.get(i), widths[i]);
            String blanks = " ".repeat(widths[i] - cell.length());
            line.append(columns.get(i).right() ? blanks + cell : cell + blanks).append(" ".repeat(COLUMN_GAP));
        }
        return line.toString().stripTrailing() + System.lineSeparator();
    }

    private int[] widths() {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            Column column = columns.get(i);
            widths[i] = Math.max(column.minWidth(), column.title().length());
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        int excess = Arrays.stream(widths).sum() + COLUMN_GAP * (widths.length - 1) - MAX_LINE_WIDTH;
        for (; excess > 0; excess--) {
            int widest = widestToShorten(widths);
            if (widest < 0) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    /** {@return the index of the widest column of texts, or -1 if none can be shortened} */
    private int widestToShorten(int[] widths) {
        int widest = -1;
        for (int i = 0; i < widths.length; i++) {
            int shortest = Math.max(columns.get(i).title().length(), MIN_SHORTENED_WIDTH);
            boolean canBeShortened = columns.get(i).canBeShortened() && widths[i] > shortest;
            if (canBeShortened && (widest < 0 || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        return widest;
    }

    /**
     * Puts a text on one line. Control characters, which a peer may have sent, become question marks, so that a
     * terminal does not execute them. If the line is too long its middle is left out.
     */
    static String oneLine(String text, int maxLength) {
        String line = joinLines(text);
        if (line.length() <= maxLength) {
            return line;
        }
        int front = (maxLength - 3) / 2;
        int back = line.length() - (maxLength - 3 - front);
        if (Character.isHighSurrogate(line.charAt(front - 1))) {
            front--;
        }
        if (Character.isLowSurrogate(line.charAt(back))) {
            back++;
        }
        return line.substring(0, front) + "..." + line.substring(back);
    }

    /**
     * Replaces line ends, with all blanks around them, by one blank. Reads each character once, however many blanks
     * there are.
     */
    private static String joinLines(String text) {
        StringBuilder line = new StringBuilder(text.length());
        int blanksFrom = 0;
        boolean ended = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isLineEnd(c)) {
                ended = true;
            } else if (c != ' ' && c != '\t') {
                if (ended) {
                    line.setLength(blanksFrom);
                    line.append(' ');
                    ended = false;
                }
                line.appendCodePoint(isControl(c) ? '?' : c);
                blanksFrom = line.length();
            } else if (!ended) {
                line.append(c == ' ' ? ' ' : '?');
            }
        }
        if (ended) {
            line.setLength(blanksFrom);
            line.append(' ');
        }
        return line.toString();
    }

    private static boolean isLineEnd(int c) {
        return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    private static boolean isControl(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> true;
            default -> false;
        };
    }

    /** {@return the names with commas, at most the first 20 of them} */
    static String names(List<String> names) {
        if (names.isEmpty()) {
            return "none";
        }
        String first = names.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
        return names.size() <= MAX_NAMES ? first : first + " and " + (names.size() - MAX_NAMES) + " more";
    }
}
