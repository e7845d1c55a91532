package org.slimta.bus.shell;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the files that arguments name, relative to the directory of a session. */
final class InputFiles {

    private InputFiles() {}

    /** Expands patterns, which a shell such as Karaf's may pass unchanged. */
    static List<String> expand(Path directory, List<String> files) {
        List<String> all = new ArrayList<>();
        for (String file : files) {
            boolean isPattern = file.indexOf('*') >= 0 || file.indexOf('?') >= 0;
            List<String> found = isPattern ? matching(directory, file) : List.of();
            all.addAll(found.isEmpty() ? List.of(file) : found);
        }
        return all;
    }

    private static List<String> matching(Path directory, String pattern) {
        int slash = pattern.lastIndexOf('/') + 1;
        String parent = pattern.substring(0, slash);
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                path(directory, parent.isEmpty() ? "." : parent, true), pattern.substring(slash))) {
            files.forEach(file -> found.add(parent + file.getFileName()));
        } catch (IOException | IllegalArgumentException | DirectoryIteratorException e) {
            return List.of(); // The pattern is then reported as a file that does not exist.
        }
        found.sort(null);
        return found;
    }

    /** {@return the path of a file that can be read} */
    static Path path(Path directory, String file) throws IOException {
        return path(directory, file, false);
    }

    private static Path path(Path directory, String file, boolean isDirectory) throws IOException {
        Path path;
        try {
            path = directory == null ? Path.of(file) : directory.resolve(file);
        } catch (InvalidPathException e) {
            throw new IOException("not a valid file name", e);
        }
        if (isDirectory) {
            return path;
        }
        if (Files.isDirectory(path)) {
            throw new IOException("it is a directory; give its files, such as " + file + "/*.eml");
        }
        if (!Files.exists(path)) {
            throw new IOException("there is no file " + path.toAbsolutePath().normalize());
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("not a regular file but a pipe or a device");
        }
        if (!Files.isReadable(path)) {
            throw new IOException("permission denied");
        }
        return path;
    }
}
