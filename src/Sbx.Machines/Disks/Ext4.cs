using System.Globalization;
using Sbx.Api.Errors;
using Sbx.Machines.Processes;

namespace Sbx.Machines.Disks;

/// <summary>Formats a file as ext4 with mke2fs(8).</summary>
internal static class Ext4
{
    /// <summary>Makes a sparse file of a size and formats it.</summary>
    /// <exception cref="SbxException">HostPrerequisite: mkfs.ext4 is missing. Failed: it refused.</exception>
    /// <exception cref="IOException">The file cannot be written; the disk may be full.</exception>
    public static async Task FormatAsync(string path, long bytes, CancellationToken cancellationToken)
    {
        var program = Programs.Find("mkfs.ext4")
            ?? throw new SbxException(ErrorCode.HostPrerequisite, "mkfs.ext4 was not found", "run: sbx setup");
        using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            RandomAccess.SetLength(file, bytes);
        }

        var result = await RunAsync(program, path, "lazy_itable_init=1,assume_storage_prezeroed=1", cancellationToken).ConfigureAwait(false);
        // mke2fs before 1.46.6 does not know that the file's holes are zeroes: the guest's kernel then zeroes the tables.
        if (result.ExitCode != 0 && result.Output.Contains("prezeroed", StringComparison.Ordinal))
            result = await RunAsync(program, path, "lazy_itable_init=1,lazy_journal_init=1", cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0)
            return;
        if (result.Output.Contains("No space left", StringComparison.Ordinal))
            throw new IOException(result.Output, Native.Libc.NoSpace);
        throw new SbxException(ErrorCode.Failed, $"a disk could not be formatted: {ConsoleText.LastLines(result.Output)}");
    }

    private static Task<ProgramResult> RunAsync(string program, string path, string extended, CancellationToken cancellationToken) => Programs.RunAsync(
        program,
        [
            "-q", "-F",
            // No blocks kept for root and a small journal: the disk is one user's, and small writes go through the journal.
            "-m", "0", "-J", "size=16", "-b", "4096",
            // No table reserved for growth: a disk keeps its size.
            "-O", "^resize_inode",
            "-E", string.Create(CultureInfo.InvariantCulture, $"{extended},nodiscard,root_owner=0:0"),
            "--", path,
        ],
        cancellationToken);
}
