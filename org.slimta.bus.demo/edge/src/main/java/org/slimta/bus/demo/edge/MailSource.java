package org.slimta.bus.demo.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slimta.bus.mail.Contents;

/** Finds mail in a folder of {@code .eml} files, or in an mbox. What it says when there is none is for a person. */
final class MailSource {

    private MailSource() {}

    static List<Mail> read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return readFolder(path);
        }
        if (!Files.exists(path)) {
            throw new IOException(path + " does not exist; give a folder of .eml files, or an mbox");
        }
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new IOException(path + " cannot be read; give a folder of .eml files, or an mbox");
        }
        return readMbox(path);
    }

    private static List<Mail> readFolder(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.filter(file -> file.getFileName().toString().endsWith(".eml"))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IOException(folder + " has no .eml files; give a folder of .eml files, or an mbox");
        }
        List<Mail> mails = new ArrayList<>();
        for (Path file : files) {
            mails.add(mail(file.getFileName().toString(), Contents.of(file)));
        }
        return mails;
    }

    private static List<Mail> readMbox(Path mbox) throws IOException {
        List<FileSlice> slices = Mbox.read(mbox);
        if (slices.isEmpty()) {
            throw new IOException(mbox + " is no mbox: it does not begin with 'From '");
        }
        List<Mail> mails = new ArrayList<>();
        for (FileSlice slice : slices) {
            mails.add(mail(mbox.getFileName() + "#" + (mails.size() + 1), Contents.of(slice)));
        }
        return mails;
    }

    private static Mail mail(String name, Contents contents) throws IOException {
        return new Mail(name, Addresses.sender(contents), Addresses.recipients(contents), contents);
    }
}
