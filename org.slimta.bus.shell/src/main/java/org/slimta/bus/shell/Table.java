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
        return line(titles) + withoutTitles();
    }

    String withoutTitles() {
        return rows.stream().map(this::line).collect(Collectors.joining());
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            String cell = cells.get(i);
            String blanks = " ".repeat(width(i) - cell.length());
            line.append(columns.get(i).right() ? blanks + cell : cell + blanks).append(" ".repeat(GAP));
        }
        return line.toString().stripTrailing() + System.lineSeparator();
    }

    private int width(int column) {
        Column header = columns.get(column);
        int width = Math.max(header.least(), header.title().length());
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }

    /** The same without control characters, which might come from a peer, and without its middle if it is too long. */
    static String oneLine(String text, int most) {
        String line = text.replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
        if (line.length() <= most) {
            return line;
        }
        int front = (most - 3) / 2;
        return line.substring(0, front) + "..." + line.substring(line.length() - (most - 3 - front));
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
