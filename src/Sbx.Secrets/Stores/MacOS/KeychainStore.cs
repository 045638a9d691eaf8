using Sbx.Secrets.Values;
using static Sbx.Secrets.Stores.MacOS.SecurityFramework;

namespace Sbx.Secrets.Stores.MacOS;

/// <summary>
/// Keeps secrets in the login keychain of macOS as generic passwords: service <c>sbx INSTANCE</c>, account <c>SCOPE/SERVICE</c>. Calls
/// Security.framework itself; the <c>security</c> tool would show values in its arguments. Thread-safe.
/// </summary>
internal sealed unsafe class KeychainStore(string instance) : ISecretStore
{
    public string Kind => "keychain";

    public string Description => "the login keychain of macOS, protected by your account";

    public Task<SecretValue?> GetAsync(SecretKey key, CancellationToken cancellationToken) => Task.Run<SecretValue?>(() =>
    {
        var query = Query(key);
        CFDictionaryAddValue(query, Constant("kSecReturnData"), True);
        var status = SecItemCopyMatching(query, out var data);
        CFRelease(query);
        if (status == ItemNotFound)
            return null;
        Check(status, "reading a secret");
        try
        {
            return SecretValue.FromBytes(new ReadOnlySpan<byte>(CFDataGetBytePtr(data), (int)CFDataGetLength(data)));
        }
        finally
        {
            CFRelease(data);
        }
    }, cancellationToken);

    public Task SetAsync(SecretKey key, SecretValue value, CancellationToken cancellationToken) => Task.Run(() =>
    {
        nint data;
        fixed (byte* bytes = value.Bytes)
            data = CFDataCreate(0, bytes, value.Length);
        var item = Query(key);
        AddOwned(item, "kSecAttrLabel", NewString($"sbx: {key}"));
        CFDictionaryAddValue(item, Constant("kSecValueData"), data);
        var status = SecItemAdd(item, 0);
        CFRelease(item);
        if (status == DuplicateItem)
        {
            var query = Query(key);
            var change = NewDictionary();
            CFDictionaryAddValue(change, Constant("kSecValueData"), data);
            status = SecItemUpdate(query, change);
            CFRelease(change);
            CFRelease(query);
        }

        CFRelease(data);
        Check(status, "storing a secret");
    }, cancellationToken);

    public Task<bool> RemoveAsync(SecretKey key, CancellationToken cancellationToken) => Task.Run(() =>
    {
        var query = Query(key);
        var status = SecItemDelete(query);
        CFRelease(query);
        if (status == ItemNotFound)
            return false;
        Check(status, "removing a secret");
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<SecretKey>>(() =>
    {
        var query = Query(null);
        CFDictionaryAddValue(query, Constant("kSecMatchLimit"), Constant("kSecMatchLimitAll"));
        CFDictionaryAddValue(query, Constant("kSecReturnAttributes"), True);
        var status = SecItemCopyMatching(query, out var items);
        CFRelease(query);
        if (status == ItemNotFound)
            return [];
        Check(status, "listing secrets");
        var keys = new List<SecretKey>();
        for (nint i = 0; i < CFArrayGetCount(items); i++)
        {
            var account = Text(CFDictionaryGetValue(CFArrayGetValueAtIndex(items, i), Constant("kSecAttrAccount")));
            if (account?.Split('/') is [var scope, var service] && SecretKey.FromScope(scope, service) is { } key)
                keys.Add(key);
        }

        CFRelease(items);
        return keys;
    }, cancellationToken);

    private nint Query(SecretKey? key)
    {
        var query = NewDictionary();
        CFDictionaryAddValue(query, Constant("kSecClass"), Constant("kSecClassGenericPassword"));
        AddOwned(query, "kSecAttrService", NewString($"sbx {instance}"));
        if (key is not null)
            AddOwned(query, "kSecAttrAccount", NewString($"{key.Scope}/{key.Service}"));
        return query;
    }

    private static void Check(int status, string what)
    {
        if (status != Success)
            throw new SecretException(SecretErrorKind.Keychain, $"The keychain failed while {what} (status {status}).", "Unlock the login keychain, or keep secrets in a file with: SBX_KEYCHAIN=file");
    }
}
