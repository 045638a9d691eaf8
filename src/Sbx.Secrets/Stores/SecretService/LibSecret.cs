using System.Runtime.InteropServices;

namespace Sbx.Secrets.Stores.SecretService;

/// <summary>Functions of libsecret 0.19 and later (https://gnome.pages.gitlab.gnome.org/libsecret/), and of GLib. Loaded at first use.</summary>
internal static partial class LibSecret
{
    private const string Secret = "libsecret-1.so.0";
    private const string GLib = "libglib-2.0.so.0";
    private const string GObject = "libgobject-2.0.so.0";
    private const string Gio = "libgio-2.0.so.0";

    public const int SearchAll = 1 << 1;
    public const int SearchUnlock = 1 << 2;
    public const int ServiceOpenSession = 1 << 1;
    public const int ServiceLoadCollections = 1 << 2;

    private static readonly Lazy<bool> Loaded = new(() => new[] { GLib, GObject, Gio, Secret }.All(l => NativeLibrary.TryLoad(l, out _)));

    /// <summary>Whether the libraries are on this machine.</summary>
    public static bool IsInstalled => OperatingSystem.IsLinux() && Loaded.Value;

    /// <summary>A table from string to string that owns its strings.</summary>
    public static nint NewTable()
    {
        var glib = NativeLibrary.Load(GLib);
        var free = NativeLibrary.GetExport(glib, "g_free");
        return g_hash_table_new_full(NativeLibrary.GetExport(glib, "g_str_hash"), NativeLibrary.GetExport(glib, "g_str_equal"), free, free);
    }

    public static void Add(nint table, string key, string value) => g_hash_table_insert(table, g_strdup(key), g_strdup(value));

    [LibraryImport(Secret, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint secret_schema_newv(string name, int flags, nint attributeTypes);

    [LibraryImport(Secret, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int secret_password_storev_sync(nint schema, nint attributes, string? collection, string label, nint password, nint cancellable, out nint error);

    [LibraryImport(Secret)]
    public static partial nint secret_password_lookupv_nonpageable_sync(nint schema, nint attributes, nint cancellable, out nint error);

    [LibraryImport(Secret)]
    public static partial int secret_password_clearv_sync(nint schema, nint attributes, nint cancellable, out nint error);

    [LibraryImport(Secret)]
    public static partial void secret_password_free(nint password);

    [LibraryImport(Secret)]
    public static partial nint secret_service_get_sync(int flags, nint cancellable, out nint error);

    [LibraryImport(Secret)]
    public static partial void secret_service_disconnect();

    [LibraryImport(Secret)]
    public static partial nint secret_service_search_sync(nint service, nint schema, nint attributes, int flags, nint cancellable, out nint error);

    [LibraryImport(Secret, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint secret_collection_for_alias_sync(nint service, string alias, int flags, nint cancellable, out nint error);

    [LibraryImport(Secret)]
    public static partial int secret_collection_get_locked(nint collection);

    [LibraryImport(Secret)]
    public static partial nint secret_item_get_attributes(nint item);

    [LibraryImport(GLib, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint g_strdup(string text);

    [LibraryImport(GLib)]
    public static partial nint g_hash_table_new_full(nint hash, nint equal, nint freeKey, nint freeValue);

    [LibraryImport(GLib)]
    public static partial int g_hash_table_insert(nint table, nint key, nint value);

    [LibraryImport(GLib, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint g_hash_table_lookup(nint table, string key);

    [LibraryImport(GLib)]
    public static partial void g_hash_table_unref(nint table);

    [LibraryImport(GLib)]
    public static partial void g_list_free(nint list);

    [LibraryImport(GLib)]
    public static partial void g_error_free(nint error);

    [LibraryImport(GObject)]
    public static partial void g_object_unref(nint instance);

    [LibraryImport(Gio)]
    public static partial nint g_cancellable_new();

    [LibraryImport(Gio)]
    public static partial void g_cancellable_cancel(nint cancellable);
}
