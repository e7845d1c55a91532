package org.slimta.bus.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Lines of cells in columns. A long cell loses its middle, and no cell breaks a line. */
final class Table {

    private static final int WIDEST = 60;
    private static final int GAP = 2;
    private static final int MOST_NAMES = 20;

    private final List<Column> columns = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    private record Column(String title, boolean right, int least) {}

    Table left(String title) {
        return left(title, 0);
    }

    Table left(String title, int least) {
        columns.add(new Column(title, false, Math.min(least, WIDEST)));
        return this;
    }

    Table right(String title) {
        return right(title, 0);
    }

    Table right(String title, int least) {
        columns.add(new Column(title, true, least));
        return this;
    }

    /** One cell for each column; null is shown as a dash. */
    void row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(oneLine(cell == null ? "-" : cell.toString(), WIDEST));
        }
        rows.add(row);
    }

    /** The titles and the rows. */
    String withTitles() {
        List<String> titles = columns.stream().map(Column::title).toList();
        return line(titles, widths()) + withoutTitles();
    }

    String withoutTitles() {
        int[] widths = widths();
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining());
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            String cell = cells.get(i);
            String blanks = " ".repeat(widths[i] - cell.length());
            line.append(columns.get(i).right() ? blanks + cell : cell + blanks).append(" ".repeat(GAP));
        }
        return line.toString().stripTrailing() + System.lineSeparator();
    }

    private int[] widths() {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            Column header = columns.get(i);
            widths[i] = Math.max(header.least(), header.title().length());
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    /**
     * The same on one line, without characters that a terminal would obey, which might come from a peer, and without its middle
     * if it is too long.
     */
    static String oneLine(String text, int most) {
        String line = onOneLine(text);
        if (line.length() <= most) {
            return line;
        }
        int front = (most - 3) / 2;
        int back = line.length() - (most - 3 - front);
        if (Character.isHighSurrogate(line.charAt(front - 1))) {
            front--;
        }
        if (Character.isLowSurrogate(line.charAt(back))) {
            back++;
        }
        return line.substring(0, front) + "..." + line.substring(back);
    }

    /** Line ends become a blank, with all blanks around them. Each character is looked at once, however many blanks there are. */
    private static String onOneLine(String text) {
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
                line.appendCodePoint(isObeyed(c) ? '?' : c);
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
        return c >= '\n' && c <= '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    private static boolean isObeyed(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> true;
            default -> false;
        };
    }

    /** A list of names that is not endless. */
    static String names(List<String> names) {
        if (names.isEmpty()) {
            return "none";
        }
        String some = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMES ? some : some + " and " + (names.size() - MOST_NAMES) + " more";
    }
}
