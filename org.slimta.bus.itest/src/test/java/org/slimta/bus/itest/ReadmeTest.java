package org.slimta.bus.itest;

import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerOptions;

/** What the README says is so. */
public class ReadmeTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    private static String withoutIndentation(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    public void everyCodeSampleStandsInACompiledFile() throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                sources.add(withoutIndentation(Files.readString(file)));
            }
        }
        Matcher samples = JAVA.matcher(readme());
        int count = 0;
        while (samples.find()) {
            count++;
            String sample = withoutIndentation(samples.group(1));
            assertTrue(
                    "no source file has this sample:\n" + samples.group(1),
                    sources.stream().anyMatch(source -> source.contains(sample)));
        }
        assertTrue("the README has samples", count >= 5);
    }

    @Test
    public void everyOptionIsInTheTable() throws IOException {
        String readme = readme();
        for (Class<?> options :
                List.of(LocalOptions.class, ServerOptions.class, ClientOptions.class, FrameLimits.class)) {
            for (Method method : options.getDeclaredMethods()) {
                if (!Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers())) {
                    assertTrue(
                            options.getSimpleName() + "." + method.getName(),
                            readme.contains("| `" + method.getName() + "` |"));
                }
            }
        }
    }

    @Test
    public void everyReasonIsInTheTable() throws IOException {
        for (BusException.Reason reason : BusException.Reason.values()) {
            assertTrue(reason.name(), readme().contains("| `" + reason + "` |"));
        }
    }
}
