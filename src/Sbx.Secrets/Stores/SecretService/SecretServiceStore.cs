using System.Runtime.InteropServices;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Stores.SecretService;

/// <summary>
/// Keeps secrets in the user's keyring by the Secret Service (freedesktop.org specification, version 0.2): GNOME Keyring, KWallet,
/// KeePassXC. Values cross D-Bus encrypted. Thread-safe.
/// </summary>
internal sealed class SecretServiceStore : ISecretStore
{
    private readonly string _instance;
    private readonly SecretServiceCall _call;
    private readonly Lazy<nint> _schema = new(CreateSchema);

    /// <param name="instance">Tells several instances of sbx apart.</param>
    /// <param name="deadline">How long one call may take.</param>
    public SecretServiceStore(string instance, TimeSpan deadline)
    {
        _instance = instance;
        _call = new SecretServiceCall(deadline);
    }

    public string Kind => "secret-service";

    public string Description => "the desktop's keyring (Secret Service), protected by its password";

    /// <summary>Whether a service with a default keyring answers.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _call.RunAsync("being looked for", (nint cancellable, out nint error) =>
            {
                var service = LibSecret.secret_service_get_sync(LibSecret.ServiceOpenSession, cancellable, out error);
                if (service == 0)
                    return false;
                var collection = LibSecret.secret_collection_for_alias_sync(service, "default", 0, cancellable, out error);
                LibSecret.g_object_unref(service);
                if (collection == 0)
                    return false;
                LibSecret.g_object_unref(collection);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (SecretException)
        {
            return false;
        }
    }

    public Task<SecretValue?> GetAsync(SecretKey key, CancellationToken cancellationToken) => _call.RunAsync("a secret was read", (nint cancellable, out nint error) =>
    {
        var attributes = Attributes(key);
        var password = LibSecret.secret_password_lookupv_nonpageable_sync(_schema.Value, attributes, cancellable, out error);
        LibSecret.g_hash_table_unref(attributes);
        if (password == 0)
            return null;
        try
        {
            return FromTerminated(password);
        }
        finally
        {
            // Also wipes it.
            LibSecret.secret_password_free(password);
        }
    }, cancellationToken);

    public Task SetAsync(SecretKey key, SecretValue value, CancellationToken cancellationToken) => _call.RunAsync("a secret was stored", (nint cancellable, out nint error) =>
    {
        var terminated = GC.AllocateArray<byte>(value.Length + 1, pinned: true);
        var attributes = Attributes(key);
        try
        {
            value.Bytes.CopyTo(terminated);
            return LibSecret.secret_password_storev_sync(
                _schema.Value, attributes, null, $"sbx: {key}", Marshal.UnsafeAddrOfPinnedArrayElement(terminated, 0), cancellable, out error);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(terminated);
            LibSecret.g_hash_table_unref(attributes);
        }
    }, cancellationToken);

    public async Task<bool> RemoveAsync(SecretKey key, CancellationToken cancellationToken)
        => await _call.RunAsync("a secret was removed", (nint cancellable, out nint error) =>
        {
            var attributes = Attributes(key);
            var removed = LibSecret.secret_password_clearv_sync(_schema.Value, attributes, cancellable, out error);
            LibSecret.g_hash_table_unref(attributes);
            return removed;
        }, cancellationToken).ConfigureAwait(false) != 0;

    public Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken) => _call.RunAsync<IReadOnlyList<SecretKey>>("secrets were listed", (nint cancellable, out nint error) =>
    {
        var attributes = Attributes(null);
        var list = LibSecret.secret_service_search_sync(0, _schema.Value, attributes, LibSecret.SearchAll, cancellable, out error);
        LibSecret.g_hash_table_unref(attributes);
        var keys = new List<SecretKey>();
        for (var node = list; node != 0; node = Marshal.ReadIntPtr(node, nint.Size))
        {
            // GList: data, next, previous.
            var item = Marshal.ReadIntPtr(node);
            var found = LibSecret.secret_item_get_attributes(item);
            if (Text(found, "scope") is { } scope && Text(found, "service") is { } service && SecretKey.FromScope(scope, service) is { } key)
                keys.Add(key);
            LibSecret.g_hash_table_unref(found);
            LibSecret.g_object_unref(item);
        }

        LibSecret.g_list_free(list);
        return keys;
    }, cancellationToken);

    /// <summary>Drops the connection, so that the next call finds a restarted service.</summary>
    public static void Disconnect() => LibSecret.secret_service_disconnect();

    private nint Attributes(SecretKey? key)
    {
        var table = LibSecret.NewTable();
        LibSecret.Add(table, "application", "sbx");
        LibSecret.Add(table, "instance", _instance);
        if (key is not null)
        {
            LibSecret.Add(table, "scope", key.Scope);
            LibSecret.Add(table, "service", key.Service);
        }

        return table;
    }

    private static unsafe SecretValue FromTerminated(nint password)
        => SecretValue.FromBytes(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)password));

    private static string? Text(nint table, string key) => Marshal.PtrToStringUTF8(LibSecret.g_hash_table_lookup(table, key));

    private static nint CreateSchema()
    {
        // Attribute type 0 is SECRET_SCHEMA_ATTRIBUTE_STRING; the values of the table are integers, not pointers.
        var glib = NativeLibrary.Load("libglib-2.0.so.0");
        var types = LibSecret.g_hash_table_new_full(NativeLibrary.GetExport(glib, "g_str_hash"), NativeLibrary.GetExport(glib, "g_str_equal"), NativeLibrary.GetExport(glib, "g_free"), 0);
        foreach (var name in (string[])["application", "instance", "scope", "service"])
            LibSecret.g_hash_table_insert(types, LibSecret.g_strdup(name), 0);
        var schema = LibSecret.secret_schema_newv("dev.sbx.Secret", 0, types);
        LibSecret.g_hash_table_unref(types);
        return schema;
    }
}
