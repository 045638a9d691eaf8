using System.Collections.Concurrent;
using Sbx.Secrets.Services;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Injection;

/// <summary>
/// A live secret with what is derived from it, shared by the requests that use it and zeroed when the last one let go after it was
/// replaced. Thread-safe.
/// </summary>
internal sealed class SecretMaterial
{
    private readonly ConcurrentDictionary<HeaderTemplate, string> _headers = new();
    private int _references = 1;

    public SecretMaterial(SecretValue value, string origin, MaskForms forms)
    {
        Value = value;
        Origin = origin;
        Forms = forms;
    }

    public SecretValue Value { get; }

    public string Origin { get; }

    public MaskForms Forms { get; }

    // One string per template for as long as the secret lives, so that not every request leaves a copy on the heap.
    public string Header(HeaderTemplate template) => _headers.GetOrAdd(template, static (t, value) => HeaderValue.Render(t, value), Value);

    public bool TryAcquire()
    {
        var seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
                return true;
            seen = before;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        _headers.Clear();
        Value.Dispose();
        Forms.Dispose();
    }
}
