package org.slimta.bus.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** What the test tells a program: lines on its standard input. */
interface Commands {

    /** Does what a line says. */
    void obey(String command, String value) throws Exception;

    /** Obeys until the program ends. When the input ends, whoever started the program is gone, and it ends too. */
    default void obeyAll() throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = readLine(in)) != null) {
            String[] words = line.split(" ", 2);
            obey(words[0], words.length > 1 ? words[1] : "");
        }
        Runtime.getRuntime().halt(1);
    }

    private static String readLine(BufferedReader in) {
        try {
            return in.readLine();
        } catch (IOException e) {
            return null;
        }
    }
}
