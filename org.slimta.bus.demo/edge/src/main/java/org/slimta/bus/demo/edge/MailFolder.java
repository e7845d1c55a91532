package org.slimta.bus.demo.edge;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.slimta.bus.addresses.VisibleText;

/**
 * Finds the mails in a folder and its subfolders: {@code .eml} files, and all files of Maildirs. Opens none of them.
 */
final class MailFolder extends SimpleFileVisitor<Path> {

    private static final int MAX_DEPTH = 100;
    private static final int MAX_NAMED = 5;

    private final Path root;
    private final LeftOut leftOut;
    private final List<Path> files = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private int otherCount;

    private MailFolder(Path root, LeftOut leftOut) {
        this.root = root;
        this.leftOut = leftOut;
    }

    static List<Path> read(Path root, LeftOut leftOut) throws IOException {
        MailFolder folder = new MailFolder(root, leftOut);
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, folder);
        if (folder.otherCount > 0) {
            leftOut.add(folder.others());
        }
        Collections.sort(folder.files);
        return folder.files;
    }

    private String others() {
        return otherCount + (otherCount == 1 ? " file that is" : " files that are") + " neither .eml nor in a Maildir: "
                + String.join(", ", others) + (otherCount > others.size() ? ", ..." : "");
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        boolean unfinished = !folder.equals(root)
                && isNamed(folder, "tmp")
                && isMaildir(folder.toAbsolutePath().getParent());
        return unfinished ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        Path folder = file.toAbsolutePath().getParent();
        boolean inMaildir = (isNamed(folder, "cur") || isNamed(folder, "new")) && isMaildir(folder.getParent());
        String name = file.getFileName().toString();
        if (inMaildir && name.startsWith(".")) {
            return FileVisitResult.CONTINUE;
        }
        if (!inMaildir && !name.toLowerCase(Locale.ROOT).endsWith(".eml")) {
            addOther(file);
        } else if (attributes.isRegularFile()) {
            files.add(file);
        } else if (attributes.isDirectory()) {
            leftOut.add(name(file), "a folder nested more than " + MAX_DEPTH + " levels deep");
        } else {
            leftOut.add(
                    name(file), attributes.isSymbolicLink() ? "a broken link" : "neither a regular file nor a folder");
        }
        return FileVisitResult.CONTINUE;
    }

    private void addOther(Path file) {
        otherCount++;
        if (others.size() < MAX_NAMED) {
            others.add(VisibleText.of(name(file)));
        }
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
        if (e instanceof FileSystemLoopException) {
            leftOut.add(name(file), "a link to a folder that contains it");
        } else {
            leftOut.add(name(file), why(e));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException e) {
        if (e != null) {
            leftOut.add(name(folder), why(e));
        }
        return FileVisitResult.CONTINUE;
    }

    /** Describes an exception of the file system. */
    static String why(IOException e) {
        return e instanceof AccessDeniedException
                ? "permission denied"
                : VisibleText.of(String.valueOf(e.getMessage()));
    }

    private String name(Path file) {
        String name = root.relativize(file).toString();
        return name.isEmpty() ? file.toString() : name;
    }

    private static boolean isMaildir(Path folder) {
        return folder != null && Files.isDirectory(folder.resolve("cur")) && Files.isDirectory(folder.resolve("new"));
    }

    private static boolean isNamed(Path folder, String name) {
        return folder.getFileName() != null && folder.getFileName().toString().equals(name);
    }
}
