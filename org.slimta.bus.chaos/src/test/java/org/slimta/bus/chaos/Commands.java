package org.slimta.bus.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** The commands of a test for a program: lines on its standard input. */
interface Commands {

    /** Executes one command. */
    void execute(String command, String value) throws Exception;

    /**
     * Executes commands until the program exits. At the end of the input the test is gone, and the program exits too.
     */
    default void executeAll() throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = readLine(in)) != null) {
            String[] words = line.split(" ", 2);
            execute(words[0], words.length > 1 ? words[1] : "");
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
