using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sbx.Api.Errors;

namespace Sbx.Daemon.Sandboxes;

/// <summary>
/// Records and disks on the host: one directory per sandbox, named by its id. A directory appears and vanishes by one rename,
/// and a record changes by one rename, so a kill at any instant leaves either the old state or the new one.
/// </summary>
internal sealed partial class SandboxStore(string root, ILogger<SandboxStore> logger)
{
    private const string RecordFile = "sandbox.json";
    private const string NewPrefix = ".new-";
    private const string TrashPrefix = ".trash-";

    public string DirectoryOf(string id) => Path.Combine(root, id);

    public string DiskOf(string id) => Path.Combine(root, id, "disk.ext4");

    public string DetachedLogOf(string id) => Path.Combine(root, id, "detached.log");

    /// <summary>Reads all records and clears away what an interrupted create or remove left.</summary>
    public IReadOnlyList<SandboxRecord> Load()
    {
        Directory.CreateDirectory(root);
        var records = new List<SandboxRecord>();
        foreach (var directory in Directory.GetDirectories(root))
        {
            var name = Path.GetFileName(directory);
            if (name.StartsWith(NewPrefix, StringComparison.Ordinal) || name.StartsWith(TrashPrefix, StringComparison.Ordinal))
            {
                Directory.Delete(directory, recursive: true);
                continue;
            }

            try
            {
                using var file = File.OpenRead(Path.Combine(directory, RecordFile));
                records.Add(JsonSerializer.Deserialize(file, RecordJson.Default.SandboxRecord)!);
            }
            catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
            {
                // Never deleted: a person may still want the disk that lies beside it.
                LogUnreadable(directory, e.Message);
            }
        }

        return records;
    }

    /// <summary>Makes the directory of a new sandbox; <paramref name="fill"/> makes its disk at the path it is given.</summary>
    public async Task CreateAsync(SandboxRecord record, Func<string, Task> fill)
    {
        var temporary = Path.Combine(root, NewPrefix + record.Id);
        try
        {
            Directory.CreateDirectory(temporary);
            await fill(Path.Combine(temporary, "disk.ext4")).ConfigureAwait(false);
            WriteRecord(temporary, record);
            Directory.Move(temporary, DirectoryOf(record.Id));
        }
        catch (Exception e)
        {
            TryDelete(temporary);
            throw e is IOException io ? DiskFailure(io) : e;
        }
    }

    /// <summary>Replaces a record.</summary>
    public void Save(SandboxRecord record)
    {
        try
        {
            WriteRecord(DirectoryOf(record.Id), record);
        }
        catch (IOException e)
        {
            throw DiskFailure(e);
        }
    }

    /// <summary>Removes a sandbox's directory.</summary>
    public void Remove(string id)
    {
        var trash = Path.Combine(root, TrashPrefix + id);
        Directory.Move(DirectoryOf(id), trash);
        TryDelete(trash);
    }

    private static void WriteRecord(string directory, SandboxRecord record)
    {
        var path = Path.Combine(directory, RecordFile);
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, record, RecordJson.Default.SandboxRecord);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private void TryDelete(string directory)
    {
        try
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
        catch (IOException e)
        {
            LogLeft(directory, e.Message);
        }
    }

    private SbxException DiskFailure(IOException e) =>
        new(ErrorCode.Exhausted, $"the sandbox could not be written to {root}: {e.Message}", "free space there, or set SBX_HOME to another disk", e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the sandbox in {Directory} cannot be read and is left alone: {Reason}")]
    private partial void LogUnreadable(string directory, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Directory} could not be deleted and is cleared at the next start: {Reason}")]
    private partial void LogLeft(string directory, string reason);
}
