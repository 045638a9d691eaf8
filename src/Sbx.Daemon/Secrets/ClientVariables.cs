using System.Collections.Concurrent;
using System.Text;
using Sbx.Secrets.Values;

namespace Sbx.Daemon.Secrets;

/// <summary>
/// Credentials that stand in the environment of the clients of this daemon, read from the system when a client creates or starts a
/// sandbox, so that they never travel on the API. They live in memory, until the daemon ends. Thread-safe.
/// </summary>
internal sealed class ClientVariables
{
    private readonly ConcurrentDictionary<string, SecretValue> _values = new(StringComparer.Ordinal);

    /// <summary>The value of a variable: that of the latest client that had it, else this process's own.</summary>
    public string? Get(string name) => _values.TryGetValue(name, out var value) ? value.Reveal() : Environment.GetEnvironmentVariable(name);

    /// <summary>Takes the named variables from the environment of a process.</summary>
    /// <param name="processId">The client.</param>
    /// <param name="names">Which variables are wanted; all others are left unread.</param>
    /// <returns>Whether a value is new.</returns>
    public bool Take(int processId, IReadOnlySet<string> names)
    {
        byte[] block;
        try
        {
            block = File.ReadAllBytes($"/proc/{processId}/environ");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The client has ended, or belongs to root; then it has nothing to give.
            return false;
        }

        try
        {
            return Take(block, names);
        }
        finally
        {
            Array.Clear(block);
        }
    }

    // proc(5): NAME=value, each ended by NUL.
    internal bool Take(ReadOnlySpan<byte> block, IReadOnlySet<string> names)
    {
        var changed = false;
        foreach (var range in block.Split((byte)0))
        {
            var entry = block[range];
            var separator = entry.IndexOf((byte)'=');
            if (separator <= 0 || separator + 1 == entry.Length || !names.Contains(Encoding.UTF8.GetString(entry[..separator])))
                continue;
            changed |= Set(Encoding.UTF8.GetString(entry[..separator]), entry[(separator + 1)..]);
        }

        return changed;
    }

    private bool Set(string name, ReadOnlySpan<byte> text)
    {
        SecretValue value;
        try
        {
            value = SecretValue.FromBytes(text.Trim((byte)' '));
        }
        catch (Sbx.Secrets.SecretException)
        {
            // Not usable as a credential (a line break, too long); the variable is as good as not set.
            return false;
        }

        if (_values.TryGetValue(name, out var old) && old.Matches(value))
        {
            value.Dispose();
            return false;
        }

        // The old one may be in use by a request; its finalizer zeroes it.
        _values[name] = value;
        return true;
    }
}
