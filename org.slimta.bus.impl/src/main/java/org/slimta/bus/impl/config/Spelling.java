package org.slimta.bus.impl.config;

import java.util.Arrays;

/** Recognizes spelling mistakes in names of settings. */
final class Spelling {

    /** Names up to this length may have one wrong character, longer ones two. */
    private static final int SHORT_NAME_LENGTH = 5;

    private Spelling() {}

    /**
     * {@return whether a name is probably a spelling mistake for the other one, or differs only in upper and lower
     * case}
     */
    static boolean isLike(String name, String other) {
        if (name.equalsIgnoreCase(other) || isAnagram(name, other)) {
            return true;
        }
        return !name.isEmpty()
                && other.length() > SHORT_NAME_LENGTH / 2
                && name.charAt(0) == other.charAt(0)
                && distance(name, other) <= (other.length() > SHORT_NAME_LENGTH ? 2 : 1);
    }

    private static boolean isAnagram(String name, String other) {
        return name.length() == other.length()
                && Arrays.equals(
                        name.chars().sorted().toArray(), other.chars().sorted().toArray());
    }

    /** {@return the Levenshtein distance: how many characters must be changed, added or removed} */
    private static int distance(String name, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= name.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = diagonal + (name.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
